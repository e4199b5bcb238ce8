/* tests/script/test_function.c -- sources are checked, compiled and called. */
#include "engine/script/function.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

/* Sources, whether they are functions, and what the message says when they are not. */
static const struct {
    const char *source;
    int parameters; /* -1: refused */
    bool variadic;
    const char *fragment;
} sources[] = {
    { "function(n, old) return old * 0.999 end", 2, false, NULL },
    { "return function(n, old) return old end", 2, false, NULL },
    { "-- halves\n--[==[ in\n]] two ]==] return function(n) return n end", 1, false, NULL },
    { "  \n\tfunction() end", 0, false, NULL },
    { "function(self, which_callback, ...) end", 2, true, NULL },
    { "function(...) return ... end", 0, true, NULL },
    { "function(a) return math.sqrt(a) end -- behind", 1, false, NULL },
    { "return function(n, old return old end", -1, false, "line 1: ')' expected near 'return'" },
    { "function(n)\n  local x = = 1\nend", -1, false, "line 2: unexpected symbol near '='" },
    { "function(n)\n\n", -1, false, "'end' expected" },
    { "", -1, false, "a function is needed" },
    { "-- nothing", -1, false, "a function is needed" },
    { "0.999", -1, false, "a function is needed, but the source starts with \"0\"" },
    { "local f = function() end return f", -1, false, "starts with \"local\"" },
    { "returnfunction() end", -1, false, "starts with \"returnfunction\"" },
    { "return 5", -1, false, "has to be one function" },
    { "return math.sqrt", -1, false, "has to be one function" },
    { "function() end, 5", -1, false, "has to be one function" },
    { "function() end return 5", -1, false, "expected near 'return'" },
    { "return (function() local c = 0 return function() c = c + 1 return c end end)()", -1, false,
      "uses \"c\", a local from outside" },
    { "return (function() while true do end end)()", -1, false, "instructions were used" },
    { "\033Lua", -1, false, "a function is needed" },
    { "return \033LuaS", -1, false, "near '<\\27>'" },
    { "function() return '\\0' end", -1, false, "cannot hold the character NUL" },
    { "function() return '\\x00' end", -1, false, "cannot hold the character NUL" },
    { "function() return '\\u{000}' end", -1, false, "cannot hold the character NUL" },
    { "function() return 'a\\\\\\00' end", -1, false, "cannot hold the character NUL" },
    { "function() return '\\\\0 \\01 \\001 \\x01 \\u{10}' end", 0, false, NULL },
    { "function() goto nowhere end", -1, false, "no visible label 'nowhere'" },
};

START_TEST(a_source_is_one_function)
{
    struct script_signature signature = { .parameters = -1 };
    struct error err = { .code = ERROR_NONE };
    const bool valid = script_function_check(sources[_i].source, &signature, &err);

    ck_assert_msg(valid == (sources[_i].parameters >= 0), "%s: %s", sources[_i].source, err.message);
    ck_assert_int_eq(signature.parameters, sources[_i].parameters);
    ck_assert_int_eq(signature.variadic, sources[_i].variadic);
    if (valid)
        return;
    ck_assert_msg(strstr(err.message, sources[_i].fragment), "%s", err.message);
    ck_assert(err.code == ERROR_SYNTAX || err.code == ERROR_SCRIPT_BUDGET);
    ck_assert(err.code == ERROR_SCRIPT_BUDGET || err.hint[0]);
}
END_TEST

START_TEST(a_source_is_at_most_16_kib)
{
    char *source = malloc(SCRIPT_SOURCE_BYTES_MAX + 2);
    struct error err;

    memset(source, ' ', SCRIPT_SOURCE_BYTES_MAX + 1);
    memcpy(source, "function() end", 14);
    source[SCRIPT_SOURCE_BYTES_MAX] = '\0';
    ck_assert(script_function_check(source, NULL, &err));
    source[SCRIPT_SOURCE_BYTES_MAX] = ' ';
    source[SCRIPT_SOURCE_BYTES_MAX + 1] = '\0';
    ck_assert(!script_function_check(source, NULL, &err));
    ck_assert_int_eq(err.code, ERROR_LIMIT);
    ck_assert_str_eq(err.message, "a script of more than 16384 bytes");
    free(source);
}
END_TEST

START_TEST(a_signature_knows_what_it_takes)
{
    const struct script_signature two = { .parameters = 2 },
                                  one_and_more = { .parameters = 1, .variadic = true };

    ck_assert(script_signature_takes(&two, 2));
    ck_assert(!script_signature_takes(&two, 1));
    ck_assert(!script_signature_takes(&two, 3));
    ck_assert(script_signature_takes(&one_and_more, 1));
    ck_assert(script_signature_takes(&one_and_more, 9));
    ck_assert(!script_signature_takes(&one_and_more, 0));
}
END_TEST

static struct script_function *compile(struct script *script, const char *source)
{
    struct error err;
    struct script_function *function = script_function_new(script, source, "/f", &err);

    ck_assert_msg(function, "%s: %s", source, err.message);
    return function;
}

START_TEST(a_function_gets_its_arguments)
{
    struct script *script = bench_script(1);
    struct script_function *function = compile(script, "function(n, old) return old * 0.5 + n end");
    struct value n = value_integer(3), old = value_real(0.5);
    const struct script_argument arguments[] = { SCRIPT_VALUE_ARGUMENT(&n), SCRIPT_VALUE_ARGUMENT(&old) };
    struct error err;
    double result;

    ck_assert_int_eq(script_function_signature(function)->parameters, 2);
    for (int i = 0; i < 3; i++) {
        ck_assert(script_function_call_real(function, arguments, 2, &result, &err));
        ck_assert_double_eq(result, 3.25);
    }
    script_function_free(function);
    script_free(script);
}
END_TEST

/* What a function returns, whether that is a number, and its truth. */
static const struct {
    const char *source;
    bool real, truth;
    const char *fragment;
} results[] = {
    { "function() return 0 end", true, true, NULL },
    { "function() return 1.5 end", true, true, NULL },
    { "function() return 'x' end", false, true, "has to return a number, not string" },
    { "function() return '1' end", false, true, "has to return a number, not string" },
    { "function() return nil end", false, false, "not nil" },
    { "function() end", false, false, "not nil" },
    { "function() return true end", false, true, "not boolean" },
    { "function() return false end", false, false, "not boolean" },
    { "function() return {} end", false, true, "not table" },
    { "function() return 0/0 end", true, true, NULL },
    { "function() return 1/0 end", true, true, NULL },
    { "function() return -1/0 end", true, true, NULL },
};

START_TEST(only_numbers_are_real_results)
{
    struct script *script = bench_script(1);
    struct script_function *function = compile(script, results[_i].source);
    struct error err = { .code = ERROR_NONE };
    double real = 77;
    bool truth = !results[_i].truth;

    ck_assert_int_eq(script_function_call_real(function, NULL, 0, &real, &err), results[_i].real);
    if (!results[_i].real) {
        ck_assert_double_eq(real, 77); /* Untouched on failure. */
        ck_assert_int_eq(err.code, ERROR_SCRIPT);
        ck_assert_str_eq(err.pointer, "/f");
        ck_assert_msg(strstr(err.message, results[_i].fragment), "%s", err.message);
    }
    ck_assert(script_function_call_truth(function, NULL, 0, &truth, &err));
    ck_assert_int_eq(truth, results[_i].truth);
    script_function_free(function);
    script_free(script);
}
END_TEST

START_TEST(values_pass_both_ways)
{
    struct script *script = bench_script(1);
    struct script_function *function = compile(script, "function(v) return v, nil, 7 end");
    struct value given = value_table(), list = value_list(), results_out[4];
    const struct script_argument argument = SCRIPT_VALUE_ARGUMENT(&given);
    struct error err;

    value_append(&list, value_integer(1));
    value_append(&list, value_real(2.5));
    value_append(&list, value_text("drei \xc3\xbc"));
    value_append(&list, value_boolean(false));
    value_set(&given, "list", list);
    value_set(&given, "name", value_text("x"));
    ck_assert(script_function_call(function, &argument, 1, results_out, 4, &err));
    ck_assert(value_equal(&results_out[0], &given));
    ck_assert_int_eq(value_get(&results_out[0], "list")->list.items[1].kind, VALUE_REAL);
    ck_assert_int_eq(results_out[1].kind, VALUE_NONE);
    ck_assert_int_eq(results_out[2].kind, VALUE_INTEGER);
    ck_assert_int_eq(results_out[3].kind, VALUE_NONE);
    for (size_t i = 0; i < 4; i++)
        value_fini(&results_out[i]);
    value_fini(&given);
    script_function_free(function);
    script_free(script);
}
END_TEST

/* Results that are not values. */
static const struct {
    const char *source, *fragment;
} unstorable[] = {
    { "function() return print or type end", "a function is not a value that can be stored" },
    { "function() return {a = {b = function() end}} end", "a function is not a value" },
    { "function() local t = {} t.t = t return t end", "nested more than 16 deep" },
    { "function() return {1, nil, 3} end", "has to be a list" },
    { "function() return {1, x = 2} end", "has to be a list" },
    { "function() return {[true] = 1} end", "has to be a list" },
    { "function() return {[{}] = 1} end", "table as key" },
    { "function() local t = {} for i = 1, 10001 do t[i] = i end return t end", "more than 10000 elements" },
    { "function() return '\\xff' end", "not UTF-8" },
    { "function() return {['\\xc3'] = 1} end", "not UTF-8" },
};

START_TEST(results_are_bounded_values)
{
    struct script *script = bench_script(1);

    bench_refuse(script, unstorable[_i].source, ERROR_SCRIPT, unstorable[_i].fragment);
    bench_expect(script, "function() return 'still here' end", "still here");
    script_free(script);
}
END_TEST

/* Errors and the line they name. */
static const struct {
    const char *source, *message;
} errors[] = {
    { "function()\n  local x\n  return x.y\nend", "line 3: attempt to index a nil value (local 'x')" },
    { "function() return os.execute('id') end", "line 1: attempt to index a nil value (global 'os')" },
    { "function()\n error('too bad')\n end", "line 2: too bad" },
    { "function() error({}) end", "line 1: the error is a table value, not a text" },
    { "function() error() end", "line 1: the error is a nil value, not a text" },
    { "function() error(nil) end", "line 1: the error is a nil value, not a text" },
    { "function() error(true) end", "line 1: the error is true" },
    { "function() error(42) end", "line 1: 42" },
    { "function() error('a\\nb\\27[2Jc\\xff') end", "line 1: a b [2Jc?" },
    { "function() assert(false) end", "line 1: assertion failed" },
    { "function() assert(nil, 'no row') end", "line 1: no row" },
    { "function() return 1 // 0 end", "line 1: attempt to divide by zero" },
    { "function() return {} .. 'x' end", "line 1: attempt to concatenate a table value" },
    { "function() return 1 < 'x' end", "line 1: attempt to compare number with string" },
    { "function() return '1' + 1 end",
      "line 1: attempt to perform arithmetic on a string value (constant '1')" },
    { "function() count = 1 end",
      "line 1: cannot assign the global \"count\": use a local or a member of self" },
    { "function() math.pi = 3 end", "line 1: the tables of the library cannot be changed" },
    { "function()\nreturn math.sqrt('4') end", "line 2: argument 1 has to be a number, not string" },
};

START_TEST(errors_name_the_line)
{
    struct script *script = bench_script(1);
    char *text;
    struct error err = { .code = ERROR_NONE };

    ck_assert(!bench_run(script, errors[_i].source, NULL, 0, &text, &err));
    ck_assert_str_eq(err.message, errors[_i].message);
    ck_assert_int_eq(err.code, ERROR_SCRIPT);
    ck_assert_str_eq(err.pointer, "/extensions/3/function");
    script_free(script);
}
END_TEST

START_TEST(a_long_message_is_cut)
{
    struct script *script = bench_script(1);

    bench_refuse(script, "function() error(string.rep('x', 1000)) end", ERROR_SCRIPT, "line 1: xxxxxxxxxx");
    script_free(script);
}
END_TEST

START_TEST(nothing_outlives_a_call)
{
    struct script *script = bench_script(1);
    struct script_function *function =
        compile(script, "function() local seen = old _ENV = {old = 1, math = math} return seen == nil end");
    struct error err;
    bool clean = false;

    for (int i = 0; i < 2; i++) {
        ck_assert(script_function_call_truth(function, NULL, 0, &clean, &err));
        ck_assert(clean);
    }
    script_function_free(function);
    script_free(script);
}
END_TEST

Suite *function_suite(void)
{
    Suite *suite = suite_create("function");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, a_source_is_one_function, 0, COUNT(sources));
    tcase_add_test(tests, a_source_is_at_most_16_kib);
    tcase_add_test(tests, a_signature_knows_what_it_takes);
    tcase_add_test(tests, a_function_gets_its_arguments);
    tcase_add_loop_test(tests, only_numbers_are_real_results, 0, COUNT(results));
    tcase_add_test(tests, values_pass_both_ways);
    tcase_add_loop_test(tests, results_are_bounded_values, 0, COUNT(unstorable));
    tcase_add_loop_test(tests, errors_name_the_line, 0, COUNT(errors));
    tcase_add_test(tests, a_long_message_is_cut);
    tcase_add_test(tests, nothing_outlives_a_call);
    suite_add_tcase(suite, tests);
    return suite;
}
