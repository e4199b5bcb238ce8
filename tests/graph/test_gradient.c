/* tests/graph/test_gradient.c -- the gradient of every operation, against central differences; and what has
 * none. */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/graph/trial.h"

START_TEST(gradients_are_central_differences)
{
    const struct expression *expression = &expressions[_i];
    struct trial trial;

    if (expression->flat)
        return; /* the next test */
    trial_open(&trial, expression, DTYPE_FLOAT64);
    trial_derive(&trial, &(struct function_options){ .poison = true });
    for (size_t k = 0; k < trial.wanted_count; k++) {
        const struct variable *variable = variables_find(trial.bench.variables, trial.wanted_names[k]);
        const int64_t elements = tensor_elements(&variable->value),
                      stride = elements > 200 ? elements / 97 : 1;

        ck_assert_ptr_eq(function_output(trial.bench.function, k + 1)->data, variable->gradient.data);
        for (int64_t i = 0; i < elements; i += stride) {
            bench_call(&trial.bench);
            const double gradient = tensor_read(&variable->gradient, i);
            const double difference = bench_central_difference(&trial.bench, &variable->value, i);
            ck_assert_msg(fabs(gradient - difference) <= 2e-7 * (1 + fabs(gradient)),
                          "%s: d cost / d %s[%d] is %.12g, not %.12g", expression->name,
                          trial.wanted_names[k], (int)i, gradient, difference);
        }
    }
    bench_close(&trial.bench);
}
END_TEST

START_TEST(flat_expressions_say_that_nothing_depends_on_them)
{
    const struct expression *expression = &expressions[_i];
    struct trial trial;
    struct node *gradients[EXPRESSION_OPERANDS_MAX];

    if (!expression->flat)
        return; /* the test before */
    trial_open(&trial, expression, DTYPE_FLOAT64);
    if (trial.wanted_count > 0) {
        ck_assert(!graph_gradient(trial.bench.graph, trial.cost, trial.wanted, trial.wanted_count, gradients,
                                  &trial.bench.err));
        ck_assert_ptr_nonnull(strstr(trial.bench.err.message, "does not depend on"));
    }
    bench_close(&trial.bench);
}
END_TEST

START_TEST(float32_gradients_are_those_of_float64)
{
    const struct expression *expression = &expressions[_i];
    struct trial exact, single;

    if (expression->flat)
        return;
    trial_open(&exact, expression, DTYPE_FLOAT64);
    trial_open(&single, expression, DTYPE_FLOAT32);
    trial_derive(&exact, &(struct function_options){ .poison = false });
    trial_derive(&single, &(struct function_options){ .poison = false });
    for (size_t k = 0; k < exact.wanted_count; k++) {
        const struct tensor *a = function_output(exact.bench.function, k + 1);
        const struct tensor *b = function_output(single.bench.function, k + 1);

        ck_assert(shape_equal(&a->shape, &b->shape));
        for (int64_t i = 0; i < tensor_elements(a); i++)
            ck_assert_msg(fabs(tensor_read(a, i) - tensor_read(b, i)) <= 2e-5 * (1 + fabs(tensor_read(a, i))),
                          "%s: d cost / d %s[%d] is %g in float32, %g in float64", expression->name,
                          exact.wanted_names[k], (int)i, tensor_read(b, i), tensor_read(a, i));
    }
    bench_close(&exact.bench);
    bench_close(&single.bench);
}
END_TEST

/* Slopes where there is none, as Blocks' compiler takes them. */
static const struct {
    const char *name;
    double x, slope;
} corners[] = { { "rectifier", 0, 0.5 }, { "leaky", 0, 0.55 }, { "abs", 0, 0 }, { "abs", -3, -1 } };

START_TEST(slopes_at_corners)
{
    const struct shape scalar = shape_of(0);
    const bool leaky = strcmp(corners[_i].name, "leaky") == 0,
               absolute = strcmp(corners[_i].name, "abs") == 0;
    struct bench bench;
    struct node *x, *y, *gradient;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_parameter(&bench, "x", &scalar);
    y = leaky      ? node_leaky_rectifier(bench.graph, x, 0.1, &bench.err)
        : absolute ? node_abs(bench.graph, x, &bench.err)
                   : node_rectifier(bench.graph, x, &bench.err);
    ck_assert(graph_gradient(bench.graph, y, &x, 1, &gradient, &bench.err));
    bench_compile(&bench, &gradient, 1, NULL);
    bench_set(&bench, "x", &corners[_i].x);
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), corners[_i].slope);
    bench_close(&bench);
}
END_TEST

START_TEST(only_scalars_are_costs)
{
    const struct shape shape = shape_of(1, INT64_C(3));
    struct bench bench;
    struct node *x, *gradient;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_parameter(&bench, "x", &shape);
    ck_assert(!graph_gradient(bench.graph, x, &x, 1, &gradient, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_SHAPE);
    bench_close(&bench);
}
END_TEST

START_TEST(a_parameter_that_does_not_matter_is_named)
{
    const struct shape shape = shape_of(0);
    struct bench bench;
    struct node *x[2], *gradients[2];

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x[0] = bench_parameter(&bench, "/used.W", &shape);
    x[1] = bench_parameter(&bench, "/idle.W", &shape);
    ck_assert(
        !graph_gradient(bench.graph, node_sqr(bench.graph, x[0], &bench.err), x, 2, gradients, &bench.err));
    ck_assert_ptr_nonnull(strstr(bench.err.message, "'/idle.W'"));
    bench_close(&bench);
}
END_TEST

/* With scores this far apart the plain formula takes the logarithm of 0. */
START_TEST(cross_entropy_of_certain_mistakes)
{
    const struct shape shape = shape_of(2, INT64_C(2), INT64_C(3)), rows = shape_of(1, INT64_C(2));
    const double scores[] = { 900, 0, -900, 1, 2, 3 }, labels[] = { 2, 0 };
    struct bench bench;
    struct node *x, *y, *costs, *cost, *outputs[2];

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_parameter(&bench, "x", &shape);
    y = bench_source(&bench, "y", DTYPE_INT64, &rows, &rows, labels);
    costs =
        node_categorical_cross_entropy(bench.graph, y, node_softmax(bench.graph, x, &bench.err), &bench.err);
    cost = node_sum(bench.graph, costs, &bench.err);
    outputs[0] = costs;
    ck_assert(graph_gradient(bench.graph, cost, &x, 1, &outputs[1], &bench.err));
    bench_compile(&bench, outputs, 2, NULL);
    bench_set(&bench, "x", scores);
    bench_call(&bench);
    ck_assert_double_eq_tol(bench_read(&bench, 0, 0), 1800, 1e-10);
    ck_assert_double_eq_tol(bench_read(&bench, 0, 1), 2 + log(1 + exp(-1) + exp(-2)), 1e-12);
    ck_assert_double_eq(bench_read(&bench, 1, 0), 1);
    ck_assert_double_eq(bench_read(&bench, 1, 2), -1);
    bench_close(&bench);
}
END_TEST

Suite *gradient_suite(void)
{
    Suite *suite = suite_create("gradient");
    TCase *tests = tcase_create("gradient");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, gradients_are_central_differences, 0, (int)expression_count);
    tcase_add_loop_test(tests, flat_expressions_say_that_nothing_depends_on_them, 0, (int)expression_count);
    tcase_add_loop_test(tests, float32_gradients_are_those_of_float64, 0, (int)expression_count);
    tcase_add_loop_test(tests, slopes_at_corners, 0, (int)(sizeof corners / sizeof *corners));
    tcase_add_test(tests, only_scalars_are_costs);
    tcase_add_test(tests, a_parameter_that_does_not_matter_is_named);
    tcase_add_test(tests, cross_entropy_of_certain_mistakes);
    suite_add_tcase(suite, tests);
    return suite;
}
