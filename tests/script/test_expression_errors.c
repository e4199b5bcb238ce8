/* tests/script/test_expression_errors.c -- what is wrong in an expression is named, with its place. */
#include <stdio.h>
#include <string.h>

#include "tests/script/suites.h"
#include "tests/script/workbench.h"

static const struct {
    enum error_code code;
    const char *expression, *message, *hint;
} cases[] = {
    /* grammar: as Lua says it, with its line */
    { ERROR_SYNTAX, "mlp(x", "line 1: ')' expected near <eof>", "" },
    { ERROR_SYNTAX, "1 +\n\n* 2", "line 3: unexpected symbol near '*'", "" },
    { ERROR_SYNTAX, "cost = 5", "<eof> expected near '='", "" },
    { ERROR_INVALID_VALUE, "", "the expression gives nothing", "" },
    { ERROR_INVALID_VALUE, "return", "the expression gives nothing", "" },
    { ERROR_SYNTAX, "\033Lua", "near '<\\27>'", "" },
    { ERROR_SYNTAX, "'\\0'", "cannot hold the character NUL", "" },
    /* names, with line and column */
    { ERROR_UNKNOWN_NAME, "1 + foo",
      "line 1, column 5: there is no variable, brick, source or function \"foo\"",
      "There are x, y, images, mlp, bias" },
    { ERROR_UNKNOWN_NAME, "x +\n  imagse * 2", "line 2, column 3: there is no", "Did you mean \"images\"?" },
    { ERROR_UNKNOWN_NAME, "Mlp(x)", "\"Mlp\"", "Did you mean \"mlp\"?" },
    { ERROR_UNKNOWN_NAME, "CategoricalCrossEntrpy(y, x)", "\"CategoricalCrossEntrpy\"",
      "Did you mean \"CategoricalCrossEntropy\"?" },
    { ERROR_UNKNOWN_NAME, "os.execute('id')", "\"os\"", "" },
    { ERROR_UNKNOWN_NAME, "mlp.linear_2(x)",
      "column 5: there is no member of the brick /mlp (MLP) \"linear_2\"", "Did you mean \"linear_" },
    { ERROR_UNKNOWN_NAME, "bias.W", "member of the brick /bias (Bias) \"W\"", "" },
    { ERROR_UNKNOWN_NAME, "param('/mlp/linear_0.w')", "there is no parameter \"/mlp/linear_0.w\"",
      "Did you mean \"/mlp/linear_0.W\"?" },
    { ERROR_UNKNOWN_NAME, "shared.decoy", "there is no shared variable \"decoy\"",
      "Did you mean \"decay\"?" },
    { ERROR_UNKNOWN_NAME, "shared[1]", "there is no shared variable", "There are decay, bias." },
    { ERROR_SCRIPT, "math.random()", "attempt to call a nil value (field 'random')", "" },
    /* shapes: operation and shapes are named */
    { ERROR_SHAPE, "x + slice(x, 1, 0, 2)", "line 1, column 3: ", "" },
    { ERROR_SHAPE, "x + slice(x, 1, 0, 2)", "(2, 3)", "" },
    { ERROR_SHAPE, "sum(dot(x, x))", "line 1, column 5: dot of shapes", "" },
    { ERROR_UNKNOWN_NAME, "lstm(reshape(images, 2, 1, 4), {masc = y})",
      "there is no input of the brick /lstm (LSTM) \"masc\"", "Did you mean \"mask\"?" },
    { ERROR_INVALID_VALUE, "lstm({mask = y})", "lstm is not given its \"inputs\"", "" },
    { ERROR_INVALID_VALUE, "gru(x)", "gru is not given its \"gate_inputs\"", "" },
    { ERROR_DUPLICATE, "lstm(x, x, {states = x})", "lstm is given \"states\" twice", "" },
    { ERROR_WRONG_TYPE, "lstm(nil)", "lstm: a variable or a number is needed, not nil", "" },
    { ERROR_WRONG_TYPE, "lstm(x, {1})", "inputs of lstm have names: {mask = mask}", "" },
    { ERROR_SHAPE, "lstm(x)", "brick /lstm (LSTM): lstm of shape (2, 3): inputs need three axes", "" },
    { ERROR_SHAPE, "mlp(slice(x, 1, 0, 2))", "line 1, column 1: brick /mlp/linear_0 (Linear): ", "" },
    { ERROR_SHAPE, "SquaredError(x, slice(x, 1, 0, 2))", "column 1: ", "" },
    { ERROR_SHAPE, "reshape(x, 4, 2)", "reshape", "" },
    { ERROR_SHAPE, "x * 2 + concatenate({x, slice(x, 1, 0, 2)})", "line 1, column 9: concatenate", "" },
    /* arguments */
    { ERROR_WRONG_TYPE, "mlp + 1",
      "line 1, column 5: arithmetic: the brick \"mlp\" has to be applied to something",
      "Write mlp(features)" },
    { ERROR_WRONG_TYPE, "x * mlp", "*: the brick \"mlp\" has to be applied to something",
      "Write mlp(features)" },
    { ERROR_WRONG_TYPE, "x + 'a'", "+: a variable or a number is needed, not string", "" },
    { ERROR_WRONG_TYPE, "exp({})", "exp: a variable or a number is needed, not table", "" },
    { ERROR_WRONG_TYPE, "exp(nil)", "exp: a variable or a number is needed, not nil", "" },
    { ERROR_INVALID_VALUE, "exp()", "exp takes 1 argument, not 0", "" },
    { ERROR_INVALID_VALUE, "exp(x, x)", "exp takes 1 argument, not 2", "" },
    { ERROR_INVALID_VALUE, "dot(x)", "dot takes 2 arguments, not 1", "" },
    { ERROR_INVALID_VALUE, "sum(x, 0, true, 5)", "sum takes 1 to 3 arguments, not 4", "" },
    { ERROR_WRONG_TYPE, "sum(x, x)", "sum: whole numbers are needed", "" },
    { ERROR_WRONG_TYPE, "sum(x, 0.5)", "sum: whole numbers are needed", "" },
    { ERROR_OUT_OF_RANGE, "sum(x, 99)", "sum: there is no axis 99", "" },
    { ERROR_OUT_OF_RANGE, "sum(x, {})", "sum: 0 axes", "" },
    { ERROR_OUT_OF_RANGE, "sum(x, math.mininteger)", "there is no axis", "" },
    { ERROR_OUT_OF_RANGE, "dropout(x, 1)", "dropout: 1 is not a probability", "" },
    { ERROR_OUT_OF_RANGE, "dropout(x, 0/0)", "is not a probability", "" },
    { ERROR_OUT_OF_RANGE, "noise(x, -1)", "noise: -1 is not a standard deviation", "" },
    { ERROR_WRONG_TYPE, "noise(x, x)", "noise: argument 2 has to be a number", "" },
    { ERROR_WRONG_TYPE, "concatenate(x)", "concatenate takes a list", "" },
    { ERROR_INVALID_VALUE, "concatenate({})", "concatenate needs a variable", "" },
    { ERROR_INVALID_VALUE, "l2_norm()", "l2_norm needs a variable", "" },
    { ERROR_OUT_OF_RANGE, "reshape(x, -2, 3)", "reshape: -2 is no length", "" },
    { ERROR_LIMIT, "reshape(x, 1, 1, 1, 1, 1, 1, 1, 1, 6)", "reshape: more than 8 axes", "" },
    { ERROR_OUT_OF_RANGE, "dimshuffle(x, 0, -1)", "dimshuffle: axes are counted from 0", "" },
    { ERROR_WRONG_TYPE, "dimshuffle(x, 0, 'y')", "dimshuffle: whole numbers are needed", "" },
    { ERROR_WRONG_TYPE, "at(x, 'last')", "at: whole numbers are needed", "" },
    { ERROR_WRONG_TYPE, "param(5)", "param takes the path of a parameter", "" },
    { ERROR_INVALID_VALUE, "mlp()", "brick /mlp", "" },
    { ERROR_INVALID_VALUE, "mlp(x, x)", "brick /mlp", "" },
    { ERROR_INVALID_VALUE, "SquaredError(x)", "SquaredError takes what is true", "" },
    { ERROR_WRONG_TYPE, "MisclassificationRate(y, x, 5)", "options are a table", "" },
    { ERROR_UNKNOWN_MEMBER, "MisclassificationRate(y, x, {topk = 5})", "topk", "" },
    { ERROR_OUT_OF_RANGE, "MisclassificationRate(y, x, {top_k = 0})", "top_k", "" },
    { ERROR_WRONG_TYPE, "MisclassificationRate(y, x, {top_k = 1.5})", "top_k", "" },
    { ERROR_WRONG_TYPE, "MisclassificationRate(y, x, {top_k = {}})", "\"top_k\" cannot be a table", "" },
    { ERROR_WRONG_TYPE, "MisclassificationRate(y, x, {5})", "options have names", "" },
    { ERROR_UNKNOWN_MEMBER, "SquaredError(x, x, {a = 1})", "SquaredError has no options", "" },
    /* results */
    { ERROR_WRONG_TYPE, "mlp", "the result: the brick \"mlp\" has to be applied", "Write mlp(features)" },
    { ERROR_WRONG_TYPE, "mlp.apply", "the result: a variable or a number is needed, not this object", "" },
    { ERROR_WRONG_TYPE, "'x'", "the expression gives a string, not a variable", "" },
    { ERROR_WRONG_TYPE, "nil", "the expression gives a nil, not a variable", "" },
    { ERROR_WRONG_TYPE, "{x}", "the expression gives a table, not a variable", "" },
    { ERROR_WRONG_TYPE, "sum", "the expression gives a function, not a variable", "" },
    { ERROR_LIMIT, "table.unpack({}, 1, 33)", "more than 32 results", "" },
    /* what Lua cannot do with a variable */
    { ERROR_INVALID_VALUE, "x < 1", "line 1, column 5: variables are compared by lt", "" },
    { ERROR_INVALID_VALUE, "x <= y", "variables are compared by lt", "" },
    { ERROR_INVALID_VALUE, "x == y", "variables are compared by lt", "" },
    { ERROR_INVALID_VALUE, "x % 2", "of operators there are", "" },
    { ERROR_INVALID_VALUE, "x // 2", "of operators there are", "" },
    { ERROR_INVALID_VALUE, "x .. 'a'", "of operators there are", "" },
    { ERROR_INVALID_VALUE, "x[1]", "a variable has no members", "" },
    { ERROR_INVALID_VALUE, "x.T", "a variable has no members", "" },
    { ERROR_INVALID_VALUE, "x(y)", "a variable is not a brick", "" },
    { ERROR_INVALID_VALUE, "local v = x v.a = 1 return v", "cannot be changed", "" },
    { ERROR_INVALID_VALUE, "local b = mlp b.a = 1 return x", "bricks cannot be changed", "" },
    { ERROR_INVALID_VALUE, "local s = shared s.decay = 1 return x", "shared variables cannot be assigned",
      "" },
    { ERROR_INVALID_VALUE, "(function() foo = x return x end)()", "cannot assign names", "" },
    { ERROR_WRONG_TYPE, "mlp[1](x)", "the members of a brick have names", "" },
    { ERROR_SCRIPT, "#x", "attempt to get length of a userdata value", "" },
    { ERROR_WRONG_TYPE, "mlp * mlp", "the brick \"mlp\" has to be applied", "" },
    { ERROR_WRONG_TYPE, "-mlp.apply", "arithmetic: a variable or a number is needed, not this object", "" },
    { ERROR_SCRIPT, "error('no such luck')", "line 1, column 1: no such luck", "" },
    /* limits */
    { ERROR_LIMIT, "local s = x for i = 1, 1e6 do s = s + i end return s", "more than 10000 operations", "" },
    { ERROR_LIMIT, "local s = x for i = 1, 1e6 do s = bias(s) end return s", "more than 10000 operations",
      "" },
    { ERROR_SCRIPT_BUDGET, "(function() while true do end end)()", "instructions were used", "" },
    { ERROR_SCRIPT_BUDGET, "string.rep('x', 5000)", "a text of more than 1024 bytes", "" },
    { ERROR_SCRIPT_BUDGET, "(function() local t = {} for i = 1, 1e9 do t[i] = i end end)()",
      "16 MiB of memory", "" },
};

START_TEST(errors_say_what_and_where)
{
    struct workbench bench;

    workbench_open(&bench, GRAPH_TRAINING, NULL, 0);
    workbench_refuse(&bench, cases[_i].expression, cases[_i].code, cases[_i].message, "/here",
                     cases[_i].hint);
    if (!strstr(cases[_i].message, "operations")) /* these are counted over the whole scope */
        workbench_expect(&bench, "sum(x)", "21");
    workbench_close(&bench);
}
END_TEST

/* Where an error is, in an expression over several lines with everything that has to be counted rightly. */
static const struct {
    const char *expression;
    int line, column;
} places[] = {
    { "oops", 1, 1 },
    { "   oops", 1, 4 },
    { "x + (oops)", 1, 6 },
    { "x +\noops", 2, 1 },
    { "x +\r\n  oops", 2, 3 },
    { "x + --[[ a\nb ]] oops", 2, 6 },
    { "x + --[==[ ]] ]==] oops", 1, 20 },
    { "x -- comment\n + oops", 2, 4 },
    { "({['\xc3\xa4\xc3\xb6'] = x})['\xc3\xa4\xc3\xb6'] + oops", 1, 24 },
    { "({[ [[a\nb]] ] = x})[ [[a\nb]] ] + oops", 3, 9 },
    { "({['a\\\nb'] = x})['a\\\nb'] + oops", 3, 7 },
    { "0x1p+4 * 1e-3 * .5 * oops", 1, 22 },
    { "return x + oops", 1, 12 },
    { "local a = 1\nreturn a * oops", 2, 12 },
    { "sum(x, 0) + oops.child", 1, 13 },
    { "mlp.oops", 1, 5 },
    { "exp(exp(exp(oops)))", 1, 13 },
    { "x * 2 - \n dot(x,\n x)", 2, 2 },
    { "(x + 1) < 5", 1, 11 }, /* the operand, not the sign */
    { "oops + x * oops", 1, 1 },
    { "x - oops * oops", 1, 5 },
};

START_TEST(places_are_counted_in_what_the_user_wrote)
{
    struct workbench bench;
    char place[64];
    struct error err;
    struct brick_values values;

    workbench_open(&bench, GRAPH_TRAINING, NULL, 0);
    ck_assert(!expression_evaluate(bench.scope, places[_i].expression, "/here", &values, &err));
    snprintf(place, sizeof place, "line %d, column %d: ", places[_i].line, places[_i].column);
    ck_assert_msg(!strncmp(err.message, place, strlen(place)), "%s: %s", places[_i].expression, err.message);
    workbench_close(&bench);
}
END_TEST

/* ---- Variables that are wrong ---- */

static const struct expression_variable wrong[] = {
    { "cost", "sum(missing) + penalty", "/variables/cost" },
    { "penalty", "middle * 2", "/variables/penalty" },
    { "middle", "x +\n  oops", "/variables/middle" },
    { "good", "sum(x)", "/variables/good" },
    { "user", "good + middle", "/variables/user" },
    { "grammar", "1 +", "/variables/grammar" },
    { "uses_grammar", "x * grammar", "/variables/uses_grammar" },
    { "a", "b + 1", "/variables/a" },
    { "b", "sum(c)", "/variables/b" },
    { "c", "a * 2", "/variables/c" },
    { "itself", "itself + 1", "/variables/itself" },
};

START_TEST(each_wrong_variable_is_reported_once_at_its_place)
{
    static const struct {
        const char *pointer, *message;
    } expected[] = {
        { "/variables/cost",
          "line 1, column 5: there is no variable, brick, source or function \"missing\"" },
        { "/variables/middle", "line 2, column 3: there is no variable, brick, source or function \"oops\"" },
        { "/variables/grammar", "line 1: unexpected symbol near <eof>" },
        { "/variables/c", "line 1, column 1: variables depend on each other: a -> b -> c -> a" },
        { "/variables/itself", "line 1, column 1: variables depend on each other: itself -> itself" },
    };
    struct workbench bench;
    struct error_list errors = { 0 };
    struct error err = { 0 };

    workbench_open(&bench, GRAPH_TRAINING, wrong, COUNT(wrong));
    ck_assert(!expression_scope_check(bench.scope, &errors));
    for (size_t i = 0; i < errors.count && i < COUNT(expected); i++) {
        ck_assert_str_eq(errors.items[i].pointer, expected[i].pointer);
        ck_assert_str_eq(errors.items[i].message, expected[i].message);
    }
    ck_assert_uint_eq(errors.count, COUNT(expected));
    ck_assert_ptr_nonnull(expression_variable(bench.scope, "good", &err));
    ck_assert_ptr_null(expression_variable(bench.scope, "user", &err));
    ck_assert_str_eq(err.pointer, "/variables/middle");
    error_list_fini(&errors);
    workbench_close(&bench);
}
END_TEST

START_TEST(a_long_chain_of_variables_is_evaluated)
{
    enum { LENGTH = 40 };
    struct expression_variable variables[LENGTH];
    char names[LENGTH][16], expressions[LENGTH][32];
    struct workbench bench;
    struct error err = { 0 };

    for (int i = 0; i < LENGTH; i++) {
        snprintf(names[i], sizeof names[i], "v%d", i);
        if (i + 1 < LENGTH)
            snprintf(expressions[i], sizeof expressions[i], "v%d + 1", i + 1);
        else
            snprintf(expressions[i], sizeof expressions[i], "sum(x)");
        variables[i] = (struct expression_variable){ names[i], expressions[i], "/variables/chain" };
    }
    workbench_open(&bench, GRAPH_EVALUATION, variables, LENGTH);
    ck_assert_msg(expression_variable(bench.scope, "v0", &err), "%s", err.message);
    workbench_expect(&bench, "v0", "60");
    workbench_close(&bench);
}
END_TEST

START_TEST(names_are_checked)
{
    static const struct expression_variable variables[] = {
        { "cost", "1", "" }, { "sum", "1", "" },          { "end", "1", "" }, { "type", "1", "" },
        { "math", "1", "" }, { "shared", "1", "" },       { "x", "1", "" },   { "bias", "1", "" },
        { "2nd", "1", "" },  { "a-b", "1", "" },          { "", "1", "" },    { "grad", "1", "" },
        { "eq", "1", "" },   { "SquaredError", "1", "" },
    };
    static const char *const pointers[] = {
        "/variables/sum",         "/variables/end", "/variables/type", "/variables/math",
        "/variables/shared",      "/variables/x",   "/variables/bias", "/variables/2nd",
        "/variables/a-b",         "/variables/",    "/variables/grad", "/variables/eq",
        "/variables/SquaredError"
    };
    struct workbench bench;
    struct error_list errors = { 0 };

    workbench_open(&bench, GRAPH_TRAINING, variables, COUNT(variables));
    ck_assert(!expression_names_check(&bench.names, &errors));
    ck_assert_uint_eq(errors.count, COUNT(pointers));
    for (size_t i = 0; i < errors.count; i++)
        ck_assert_str_eq(errors.items[i].pointer, pointers[i]);
    error_list_fini(&errors);
    workbench_close(&bench);
}
END_TEST

Suite *expression_errors_suite(void)
{
    Suite *suite = suite_create("expression_errors");
    TCase *tests = tcase_create("all");

    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, errors_say_what_and_where, 0, COUNT(cases));
    tcase_add_loop_test(tests, places_are_counted_in_what_the_user_wrote, 0, COUNT(places));
    tcase_add_test(tests, each_wrong_variable_is_reported_once_at_its_place);
    tcase_add_test(tests, a_long_chain_of_variables_is_evaluated);
    tcase_add_test(tests, names_are_checked);
    suite_add_tcase(suite, tests);
    return suite;
}
