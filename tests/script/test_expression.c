/* tests/script/test_expression.c -- expressions build the graph that they say. */
#include "engine/script/expression.h"

#include <math.h>

#include "tests/script/suites.h"
#include "tests/script/workbench.h"

static const struct {
    const char *expression, *expected;
} cases[] = {
    /* arithmetic and precedence */
    { "x", "1 2 3 4 5 6" },
    { "x + 1", "2 3 4 5 6 7" },
    { "1 - x", "0 -1 -2 -3 -4 -5" },
    { "-x * 2", "-2 -4 -6 -8 -10 -12" },
    { "x / 2 + x / 2", "1 2 3 4 5 6" },
    { "2 ^ x", "2 4 8 16 32 64" },
    { "x ^ 2 - x * x", "0 0 0 0 0 0" },
    { "-x ^ 2", "-1 -4 -9 -16 -25 -36" },
    { "1 + 2 * 3", "7" },
    { "x * math.pi / math.pi", "1 2 3 4 5 6" },
    { "local h = x * 2 return h - x", "1 2 3 4 5 6" },
    { "  -- all of it\n return x --[[ nothing\n else ]]", "1 2 3 4 5 6" },
    { "(function(v) return v + v end)(x)", "2 4 6 8 10 12" },
    { "local s = 0 for i = 0, 2 do s = s + slice(x, 1, i, i + 1) end return s", "6 15" },
    /* functions */
    { "abs(-x)", "1 2 3 4 5 6" },
    { "sqrt(sqr(x))", "1 2 3 4 5 6" },
    { "log(exp(x))", "1 2 3 4 5 6" },
    { "tanh(x * 0)", "0 0 0 0 0 0" },
    { "sum(x)", "21" },
    { "sum(x, 0)", "5 7 9" },
    { "sum(x, -1)", "6 15" },
    { "sum(x, {0, 1})", "21" },
    { "mean(x)", "3.5" },
    { "mean(x, 1, true) + x * 0", "2 2 2 5 5 5" },
    { "max(x)", "6" },
    { "max(x, 1)", "3 6" },
    { "min(x, 0)", "1 2 3" },
    { "maximum(x, 3)", "3 3 3 4 5 6" },
    { "minimum(3, x)", "1 2 3 3 3 3" },
    { "lt(x, 3)", "1 1 0 0 0 0" },
    { "le(x, 3)", "1 1 1 0 0 0" },
    { "gt(x, 3)", "0 0 0 1 1 1" },
    { "ge(x, 3)", "0 0 1 1 1 1" },
    { "eq(x, 3)", "0 0 1 0 0 0" },
    { "neq(x, 3)", "1 1 0 1 1 1" },
    { "argmax(x)", "2 2" },
    { "argmax(-x, 0)", "0 0 0" },
    { "dot(x, dimshuffle(x, 1, 0))", "14 32 32 77" },
    { "l2_norm(x * 0 + 2)", "4.89898" },
    { "l2_norm(x * 0 + 3, x * 0 + 4)", "12.2474" },
    { "l2_norm({x * 0 + 3, x * 0 + 4})", "12.2474" },
    { "concatenate({x, -x})", "1 2 3 4 5 6 -1 -2 -3 -4 -5 -6" },
    { "concatenate({x, x}, 1)", "1 2 3 1 2 3 4 5 6 4 5 6" },
    { "reshape(x, 3, 2)", "1 2 3 4 5 6" },
    { "sum(reshape(x, {-1, 2}), 1)", "3 7 11" },
    { "dimshuffle(x, 1, 0)", "1 4 2 5 3 6" },
    { "sum(dimshuffle(x, 0, 'x', 1), 2)", "6 15" },
    { "at(x, 0)", "1 2 3" },
    { "at(x, -1)", "4 5 6" },
    { "slice(x, 1, 1, 3)", "2 3 5 6" },
    { "slice(x, 1, -1)", "3 6" },
    { "slice(x, 0, nil, 1)", "1 2 3" },
    { "dropout(x, 0.5)", "1 2 3 4 5 6" }, /* identity outside training */
    { "noise(x, 2)", "1 2 3 4 5 6" },
    { "images / 2", "0.5 1 1.5 2 2.5 3 3.5 4" },
    { "y * 2", "2 0" },
    /* bricks and costs; the parameters are 0.1, 0.2, ... */
    { "bias(x)", "1.1 2.2 3.3 4.1 5.2 6.3" },
    { "bias.apply(x)", "1.1 2.2 3.3 4.1 5.2 6.3" },
    { "bias.b", "0.1 0.2 0.3" },
    { "param('/bias.b') * 10", "1 2 3" },
    { "mlp.linear_0.b", "0.1 0.2 0.3 0.4" },
    { "mlp.linear_0(x * 0)", "0.1 0.2 0.3 0.4 0.1 0.2 0.3 0.4" },
    { "sum(mlp(x), 1)", "1 1" },
    { "sum(mlp.linear_1.W)", "3.6" },
    { "mlp.linear_1.W_norm - l2_norm(param('/mlp/linear_1.W'))", "0" },
    { "shared.decay", "0.1" },
    { "x * shared.bias", "0.1 0.4 0.9 0.4 1 1.8" },
    { "SquaredError(x, x - 1)", "3" },
    /* recurrent bricks: several results, inputs that are left out; time is the first axis */
    { "local h = lstm(reshape(images, 2, 1, 4)) return h", "0.664268 0.947885" },
    { "local h, c = lstm(reshape(images, 2, 1, 4)) return c", "0.81994 1.81253" },
    { "gru(fork(reshape(x, 2, 1, 3)))", "0.833999 0.996691" },
    { "gru(fork(dimshuffle(reshape(x, 1, 2, 3), 1, 0, 2)))", "0.833999 0.996691" },
    { "(lstm(reshape(images, 2, 1, 4), nil, nil, y))", "0.664268 0.664268" },
    { "(lstm(reshape(images, 2, 1, 4), {mask = y * 0, states = slice(at(x, 0), 0, 0, 1)}))", "1 1" },
    { "lstm({inputs = reshape(images, 2, 1, 4)}) - lstm(reshape(images, 2, 1, 4))", "0 0" },
    { "AbsoluteError(x, bias(x))", "0.6" },
    { "CategoricalCrossEntropy(y, slice(x, 1, 0, 2))", "-1.03972" },
    { "MisclassificationRate(y, slice(x, 1, 0, 2))", "0.5" },
    { "MisclassificationRate(y, x, {top_k = 1})", "1" },
    { "MisclassificationRate(y, x, {top_k = 2})", "0.5" },
    { "MisclassificationRate(y, x, {top_k = 3})", "0" },
    { "MisclassificationRate(y, x, {})", "1" },
};

START_TEST(an_expression_builds_its_graph)
{
    struct workbench bench;

    workbench_open(&bench, GRAPH_EVALUATION, NULL, 0);
    workbench_expect(&bench, cases[_i].expression, cases[_i].expected);
    workbench_close(&bench);
}
END_TEST

START_TEST(dropout_and_noise_work_in_training)
{
    struct workbench bench;
    struct node *nodes[2];

    workbench_open(&bench, GRAPH_TRAINING, NULL, 0);
    nodes[0] = workbench_node(&bench, "dropout(x, 0.5)");
    nodes[1] = workbench_node(&bench, "noise(x, 0.1) - x");
    bench_compile(&bench.graph, nodes, 2, NULL);
    bench_call(&bench.graph);
    for (int64_t i = 0; i < 6; i++) {
        const double kept = 2.0 * (double)(i + 1), value = bench_read(&bench.graph, 0, i);

        ck_assert(value == 0 || value == kept);
        ck_assert_double_ne(bench_read(&bench.graph, 1, i), 0);
        ck_assert_double_lt(fabs(bench_read(&bench.graph, 1, i)), 1);
    }
    workbench_close(&bench);
}
END_TEST

/* Costs over the parameter /bias.b of shape (3), whose gradient is compared with central differences. */
static const char *const differentiable[] = {
    "sum(sqr(bias(x)))",
    "SquaredError(x * 2, tanh(bias(x)))",
    "sum(exp(-bias(x)) / (1 + bias.b ^ 2))",
    "mean(dot(bias(x), dimshuffle(bias(x), 1, 0)))",
    "l2_norm(bias.b) + sum(abs(bias.b)) * 0.1",
    "sum(concatenate({bias.b, sqr(bias.b)}) * reshape(x, 6))",
    "max(bias(x)) * min(bias(x)) + mean(log(bias(x)), 0, true) * at(reshape(bias.b, 3, 1), 0)",
    "CategoricalCrossEntropy(y, mlp(bias(x)))",
    "local s = 0 for i = 0, 2 do s = s + sum(slice(bias(x), 1, i, i + 1) ^ (i + 1)) end return s",
};

static double cost_at(struct workbench *bench, const double *b)
{
    bench_set(&bench->graph, "/bias.b", b);
    bench_call(&bench->graph);
    return bench_read(&bench->graph, 0, 0);
}

START_TEST(gradients_pass_through_expressions)
{
    struct workbench bench;
    struct node *cost, *wanted, *outputs[2];
    double b[] = { 0.3, -0.2, 0.5 };

    workbench_open(&bench, GRAPH_TRAINING, NULL, 0);
    cost = workbench_node(&bench, differentiable[_i]);
    cost = node_sum(bench.graph.graph, cost, &bench.graph.err);
    wanted = workbench_node(&bench, "param('/bias.b')");
    outputs[0] = cost;
    ck_assert_msg(graph_gradient(bench.graph.graph, cost, &wanted, 1, &outputs[1], &bench.graph.err), "%s",
                  bench.graph.err.message);
    bench_allocate(&bench.graph);
    for (size_t i = 0; i < variables_count(bench.graph.variables); i++) {
        const struct variable *variable = variables_at(bench.graph.variables, i);

        for (int64_t k = 0; k < tensor_elements(&variable->value); k++)
            tensor_write(&variable->value, k, 0.05 * (double)((k * 7) % 5) - 0.1);
    }
    bench_compile(&bench.graph, outputs, 2, NULL);
    for (int i = 0; i < 3; i++) {
        const double step = 1e-5, at = b[i];
        double above, below, gradient;

        b[i] = at + step;
        above = cost_at(&bench, b);
        b[i] = at - step;
        below = cost_at(&bench, b);
        b[i] = at;
        cost_at(&bench, b);
        gradient = bench_read(&bench.graph, 1, i);
        ck_assert_msg(fabs(gradient - (above - below) / (2 * step)) < 1e-6 * (1 + fabs(gradient)),
                      "%s: %g %g", differentiable[_i], gradient, (above - below) / (2 * step));
    }
    workbench_close(&bench);
}
END_TEST

/* ---- Variables ---- */

static const struct expression_variable net[] = {
    { "cost", "CategoricalCrossEntropy(y, probabilities) + penalty", "/variables/cost" },
    { "penalty", "0.5 * sum(sqr(param('/mlp/linear_0.W')))", "/variables/penalty" },
    { "probabilities", "mlp(x)", "/variables/probabilities" },
    { "two", "2", "/variables/two" },
    { "pair", "x, -x", "/variables/pair" },
};

START_TEST(variables_are_evaluated_once_and_named)
{
    struct workbench bench;
    struct error err = { 0 };
    struct error_list errors = { 0 };
    struct node *cost, *probabilities;

    workbench_open(&bench, GRAPH_TRAINING, net, COUNT(net));
    ck_assert(expression_names_check(&bench.names, &errors));
    cost = expression_variable(bench.scope, "cost", &err);
    ck_assert_msg(cost, "%s", err.message);
    probabilities = expression_variable(bench.scope, "probabilities", &err);
    ck_assert_ptr_eq(expression_variable(bench.scope, "cost", &err), cost);
    ck_assert_ptr_eq(graph_find(bench.graph.graph, "cost"), cost);
    ck_assert_ptr_eq(graph_find(bench.graph.graph, "probabilities"), probabilities);
    ck_assert_ptr_eq(workbench_node(&bench, "probabilities"), probabilities);
    ck_assert(expression_scope_check(bench.scope, &errors));
    ck_assert_uint_eq(errors.count, 0);
    workbench_expect(&bench, "pair + two", "3 4 5 6 7 8"); /* The first result is the variable. */
    ck_assert_ptr_null(expression_variable(bench.scope, "costs", &err));
    ck_assert_int_eq(err.code, ERROR_UNKNOWN_NAME);
    workbench_close(&bench);
}
END_TEST

START_TEST(an_expression_can_give_several_results)
{
    struct workbench bench;
    struct brick_values values;
    struct error err;

    workbench_open(&bench, GRAPH_TRAINING, NULL, 0);
    ck_assert(expression_evaluate(bench.scope, "x, y, 3", "/here", &values, &err));
    ck_assert_uint_eq(values.count, 3);
    ck_assert_int_eq(node_dtype(values.items[1]), DTYPE_INT64);
    ck_assert_int_eq(node_rank(values.items[2]), 0);
    workbench_close(&bench);
}
END_TEST

/* One pair of graphs per job: the same variables mean the same in both. */
START_TEST(training_and_evaluation_agree_on_parameters)
{
    struct workbench bench;
    struct graph *evaluation;
    struct expression_scope *scope;
    struct error err = { 0 };
    size_t declared;

    workbench_open(&bench, GRAPH_TRAINING, net, COUNT(net));
    ck_assert_ptr_nonnull(expression_variable(bench.scope, "cost", &err));
    declared = variables_count(bench.graph.variables);
    evaluation = graph_new(&(struct graph_options){ bench.graph.variables, GRAPH_EVALUATION, 1 });
    scope = expression_scope_new(evaluation, &bench.names, &err);
    ck_assert_ptr_nonnull(expression_variable(scope, "cost", &err));
    ck_assert_uint_eq(variables_count(bench.graph.variables), declared);
    ck_assert_ptr_nonnull(graph_find(evaluation, "cost"));
    expression_scope_free(scope);
    graph_free(evaluation);
    workbench_close(&bench);
}
END_TEST

/* ---- Gradients and steps ---- */

static struct node *gradient_of(void *context, const char *path, struct error *err)
{
    struct workbench *bench = context;
    struct node *cost = expression_variable(bench->scope, "cost", err), *gradient;
    struct node *wanted = node_variable(cost) ? NULL : workbench_node(bench, "param('/bias.b')");

    ck_assert_str_eq(path, "/bias.b");
    return cost && graph_gradient(bench->graph.graph, cost, &wanted, 1, &gradient, err) ? gradient : NULL;
}

static struct node *no_step(void *context, const char *path, struct error *err)
{
    (void)context;
    RAISE(err, ERROR_TRAINING, NULL, "no step for %s", path);
    return NULL;
}

START_TEST(gradients_come_from_outside)
{
    static const struct expression_variable variables[] = {
        { "cost", "sum(sqr(bias(x)))", "/variables/cost" },
        { "norm", "l2_norm(grad('/bias.b'))", "/variables/norm" },
    };
    struct workbench bench;
    const struct expression_gradients gradients = { &bench, gradient_of, no_step };
    const char *const refused = "can be used in TrainingDataMonitoring only";

    workbench_open(&bench, GRAPH_TRAINING, variables, COUNT(variables));
    workbench_refuse(&bench, "grad('/bias.b')", ERROR_INVALID_VALUE, refused, "/here", "");
    workbench_refuse(&bench, "step('/bias.b')", ERROR_INVALID_VALUE, refused, "/here", "");
    expression_scope_allow_gradients(bench.scope, &gradients);
    workbench_expect(&bench, "grad('/bias.b')", "10.4 14.8 19.2");
    workbench_expect(&bench, "norm * norm", "695.84");
    workbench_refuse(&bench, "step('/bias.b')", ERROR_TRAINING, "line 1, column 1: no step for /bias.b",
                     "/here", "");
    workbench_refuse(&bench, "grad('/bias.c')", ERROR_UNKNOWN_NAME, "no parameter \"/bias.c\"", "/here",
                     "Did you mean \"/bias.b\"?");
    expression_scope_allow_gradients(bench.scope, NULL);
    workbench_refuse(&bench, "grad('/bias.b')", ERROR_INVALID_VALUE, refused, "/here", "");
    workbench_close(&bench);
}
END_TEST

Suite *expression_suite(void)
{
    Suite *suite = suite_create("expression");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, an_expression_builds_its_graph, 0, COUNT(cases));
    tcase_add_test(tests, dropout_and_noise_work_in_training);
    tcase_add_loop_test(tests, gradients_pass_through_expressions, 0, COUNT(differentiable));
    tcase_add_test(tests, variables_are_evaluated_once_and_named);
    tcase_add_test(tests, an_expression_can_give_several_results);
    tcase_add_test(tests, training_and_evaluation_agree_on_parameters);
    tcase_add_test(tests, gradients_come_from_outside);
    suite_add_tcase(suite, tests);
    return suite;
}
