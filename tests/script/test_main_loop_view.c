/* tests/script/test_main_loop_view.c -- self.main_loop: its log, model and hyper-parameters. */
#include "engine/script/main_loop_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

/* ---- A model of two parameters, an algorithm of two numbers, an empty log ---- */

static double weights[6], bias;
static struct tensor tensors[2];
static const char *const paths[] = { "/mlp/linear_0.W", "/mlp/linear_0.b" };

static const struct tensor *parameter(void *context, const char *path)
{
    (void)context;
    for (size_t i = 0; i < COUNT(paths); i++)
        if (!strcmp(path, paths[i]))
            return &tensors[i];
    return NULL;
}

static const char *path_at(void *context, size_t index)
{
    (void)context;
    return index < COUNT(paths) ? paths[index] : NULL;
}

static double learning_rate, threshold;

static double *number_at(const char *path)
{
    if (!strcmp(path, "step_rule.learning_rate"))
        return &learning_rate;
    return !strcmp(path, "step_rule.components[1].threshold") ? &threshold : NULL;
}

static bool number_get(void *context, const char *path, double *out)
{
    const double *number = number_at(path);

    (void)context;
    if (number)
        *out = *number;
    return number;
}

static bool number_set(void *context, const char *path, double value, struct error *err)
{
    (void)context;
    if (value < 0)
        return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "%g is not positive", value);
    *number_at(path) = value;
    return true;
}

static int64_t seven(void *context)
{
    (void)context;
    return 7;
}

static bool nothing(void *context, const char *key, struct value *out)
{
    (void)context;
    if (strcmp(key, "epochs_done") != 0)
        return false;
    *out = value_integer(3);
    return true;
}

static const struct script_log_port log_port = { .iterations_done = seven, .status_get = nothing };
static const struct script_model_port model_port = { NULL, parameter, path_at };
static const struct script_algorithm_port algorithm_port = { NULL, number_get, number_set };
static const struct script_main_loop_port port = { &log_port, &model_port, &algorithm_port };
static struct script *script;
static struct script_table *self;

static void open_loop(void)
{
    const struct script_argument main_loop = SCRIPT_MAIN_LOOP_ARGUMENT(&port);
    struct error err;

    for (int i = 0; i < 6; i++)
        weights[i] = i + 0.5;
    bias = 4;
    tensors[0] = (struct tensor){ DTYPE_FLOAT64, { 2, { 2, 3 } }, weights };
    tensors[1] = (struct tensor){ DTYPE_FLOAT64, { 0, { 0 } }, &bias };
    learning_rate = 0.5;
    threshold = 2;
    script = bench_script(1);
    self = script_table_new(script, "self", &err);
    ck_assert(script_table_provide(self, "main_loop", &main_loop, &err));
}

static void close_loop(void)
{
    script_table_free(self);
    script_free(script);
}

static bool run(const char *body, char **out, struct error *err)
{
    const struct script_argument argument = SCRIPT_TABLE_ARGUMENT(self);
    char source[1000];

    snprintf(source, sizeof source,
             "function(self) local main_loop, model, algorithm = self.main_loop, self.main_loop.model, "
             "self.main_loop.algorithm %s end",
             body);
    return bench_run(script, source, &argument, 1, out, err);
}

static const struct {
    const char *body, *expected;
} cases[] = {
    { "return main_loop.status.epochs_done", "3" },
    { "return main_loop.log.status.epochs_done", "3" },
    { "return model.get('/mlp/linear_0.W')", "[[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]" },
    { "return model:get('/mlp/linear_0.W')[2][1]", "3.5" },
    { "return model.get('/mlp/linear_0.b')", "4.0" },
    { "local r = {} for path in pairs(model) do r[#r + 1] = path end return r",
      "['/mlp/linear_0.W', '/mlp/linear_0.b']" },
    { "model.set('/mlp/linear_0.W', {{1, 2, 3}, {4, 5, 6}}) return model.get('/mlp/linear_0.W')",
      "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]" },
    { "model:set('/mlp/linear_0.b', -1) return model:get('/mlp/linear_0.b')", "-1.0" },
    { "return algorithm.step_rule.learning_rate", "0.5" },
    { "return algorithm['step_rule.learning_rate']", "0.5" },
    { "return algorithm.step_rule.components[1].threshold", "2.0" },
    { "local rule = algorithm.step_rule rule.learning_rate = rule.learning_rate / 2 return "
      "rule.learning_rate",
      "0.25" },
    { "self.main_loop = nil return type(self.main_loop)", "userdata" },
};

START_TEST(a_function_reaches_the_main_loop)
{
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run(cases[_i].body, &text, &err), "%s: %s", cases[_i].body, err.message);
    ck_assert_str_eq(text, cases[_i].expected);
    free(text);
}
END_TEST

static const struct {
    enum error_code code;
    const char *body, *fragment;
} refused[] = {
    { ERROR_SCRIPT, "return main_loop.extensions", "the main loop has no member \"extensions\"" },
    { ERROR_SCRIPT, "main_loop.log = 1", "cannot be assigned" },
    { ERROR_SCRIPT, "return model.parameters",
      "the model has get(path) and set(path, values), not \"parameters\"" },
    { ERROR_SCRIPT, "model.x = 1", "parameters are written by set" },
    { ERROR_SCRIPT, "return model.get('/mlp/linear_0.w')", "there is no parameter \"/mlp/linear_0.w\"" },
    { ERROR_SCRIPT, "return model.get()", "the path of a parameter is a text" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.W', {{1, 2, 3}})",
      "has the shape (2, 3): a list of 2 is needed on axis 0" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.W', {{1, 2, 3}, {4, 5}})", "a list of 3 is needed on axis 1" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.W', {{1, 2, 3}, {4, 5, 'x'}})", "are numbers, not string" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.W', 5)", "a list of 2 is needed on axis 0" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.b', {5})", "are numbers, not table" },
    { ERROR_SCRIPT, "model.set('/mlp/linear_0.W')", "a list of 2 is needed" },
    { ERROR_SCRIPT, "return algorithm.step_rule.lerning_rate * 2",
      "there is no live hyper-parameter \"step_rule.lerning_rate\"" },
    { ERROR_SCRIPT, "return 2 < algorithm.step_rule", "there is no live hyper-parameter \"step_rule\"" },
    { ERROR_SCRIPT, "algorithm.step_rule.momentum = 1",
      "there is no live hyper-parameter \"step_rule.momentum\"" },
    { ERROR_SCRIPT, "algorithm.step_rule.learning_rate = 'x'", "has to be a finite number" },
    { ERROR_SCRIPT, "algorithm.step_rule.learning_rate = 0/0", "has to be a finite number" },
    { ERROR_OUT_OF_RANGE, "algorithm.step_rule.learning_rate = -1", "line 1: -1 is not positive" },
    { ERROR_SCRIPT, "return algorithm[{}]", "hyper-parameters have names and numbers" },
    { ERROR_SCRIPT, "return algorithm[('x'):rep(300)]", "the name of a hyper-parameter is too long" },
    { ERROR_SCRIPT, "self.kept = main_loop return self.kept.nothing", "the main loop has no member" },
};

START_TEST(what_the_main_loop_does_not_take)
{
    struct error err = { 0 };
    char *text;

    ck_assert(!run(refused[_i].body, &text, &err));
    ck_assert_msg(err.code == refused[_i].code, "%s", err.message);
    ck_assert_msg(strstr(err.message, refused[_i].fragment), "%s", err.message);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(weights[i], i + 0.5); /* All or nothing. */
    ck_assert_double_eq(learning_rate, 0.5);
}
END_TEST

START_TEST(a_view_kept_in_self_cannot_be_saved)
{
    struct error err = { 0 };
    struct value saved;
    char *text;

    ck_assert(run("self.kept = main_loop", &text, &err));
    free(text);
    ck_assert(!script_table_save(self, &saved, &err));
    ck_assert_str_eq(err.message, "self[kept] is a userdata and cannot be saved");
}
END_TEST

/* A parameter of more elements than a script may hold is refused, not copied. */
START_TEST(a_model_larger_than_the_memory_cap_fails)
{
    enum { ELEMENTS = 3 * 1000 * 1000 };
    struct error err = { 0 };
    char *text;

    tensors[0].shape = (struct shape){ 2, { 1000, ELEMENTS / 1000 } };
    tensors[0].data = calloc(ELEMENTS, sizeof(double));
    ck_assert(!run("return #model.get('/mlp/linear_0.W')", &text, &err));
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
    ck_assert_str_eq(err.message, "line 1: more than 16 MiB of memory were used");
    free(tensors[0].data);
}
END_TEST

Suite *main_loop_view_suite(void)
{
    Suite *suite = suite_create("main_loop_view");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, open_loop, close_loop);
    tcase_add_loop_test(tests, a_function_reaches_the_main_loop, 0, COUNT(cases));
    tcase_add_loop_test(tests, what_the_main_loop_does_not_take, 0, COUNT(refused));
    tcase_add_test(tests, a_view_kept_in_self_cannot_be_saved);
    tcase_add_test(tests, a_model_larger_than_the_memory_cap_fails);
    suite_add_tcase(suite, tests);
    return suite;
}
