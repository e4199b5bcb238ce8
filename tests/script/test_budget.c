/* tests/script/test_budget.c -- whose time it is that passes while a script dispatches. */
#include "engine/base/clock.h"
#include "engine/script/extension_view.h"
#include "tests/script/bench.h"
#include "tests/script/suites.h"

/* More than a call may take. */
static const double LONG_S = 0.9;

struct dispatched {
    struct script_function *inside; /* called after the long work; NULL: none */
    int count;
};

static bool work_long(void *context, const char *callback, const struct value *arguments, struct error *err)
{
    struct dispatched *dispatched = context;
    const double start_s = clock_thread_s();
    double result;

    (void)callback, (void)arguments;
    dispatched->count++;
    while (clock_thread_s() - start_s < LONG_S)
        ;
    return !dispatched->inside || script_function_call_real(dispatched->inside, NULL, 0, &result, err);
}

/* Calls `function(self)` with `inside` running in what it dispatches; false with err when it fails. */
static bool run(const char *source, const char *inside, int *out_count, struct error *err)
{
    struct dispatched dispatched = { 0 };
    const struct script_extension_port port = { .context = &dispatched, .dispatch = work_long };
    struct script *script = bench_script(1);
    struct script_table *self = script_table_new(script, "self", err);
    struct script_argument argument = { .kind = SCRIPT_TABLE, .table = self };
    struct script_function *function = script_function_new(script, source, "/f", err);
    double result;
    bool called;

    ck_assert_ptr_nonnull(function);
    ck_assert(script_table_provide_methods(self, &port, err));
    if (inside)
        ck_assert_ptr_nonnull(dispatched.inside = script_function_new(script, inside, "/g", err));
    called = script_function_call_real(function, &argument, 1, &result, err);
    *out_count = dispatched.count;
    script_function_free(dispatched.inside);
    script_function_free(function);
    script_table_free(self);
    script_free(script);
    return called;
}

#define COUNT_TO(n) "local n = 0 for i = 1, " #n " do n = n + 1 end "

START_TEST(the_work_of_others_is_not_the_time_of_the_script)
{
    struct error err;
    int count;

    ck_assert_msg(run("function(self) " COUNT_TO(300000) "self:dispatch('after_epoch') " COUNT_TO(
                          300000) "self:dispatch('after_epoch') " COUNT_TO(300000) "return n end",
                      "function() " COUNT_TO(300000) "return n end", &count, &err),
                  "%s", err.message);
    ck_assert_int_eq(count, 2);
}
END_TEST

/* Each of the functions inside is far from its own limit; together they are not. */
START_TEST(functions_inside_take_from_the_one_budget)
{
    struct error err;
    int count;

    ck_assert(!run("function(self) for i = 1, 100 do self:dispatch('after_epoch') end return 1 end",
                   "function() " COUNT_TO(3000000) "return n end", &count, &err));
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
    ck_assert_int_lt(count, 5);
}
END_TEST

Suite *budget_suite(void)
{
    Suite *suite = suite_create("budget");
    TCase *tests = tcase_create("all");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_work_of_others_is_not_the_time_of_the_script);
    tcase_add_test(tests, functions_inside_take_from_the_one_budget);
    suite_add_tcase(suite, tests);
    return suite;
}
