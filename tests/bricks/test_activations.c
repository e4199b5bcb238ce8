/* tests/bricks/test_activations.c -- values in both dtypes, gradients, slopes at corners. */
#include <math.h>
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

static double identity(double x)
{
    return x;
}
static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}
static double rectifier(double x)
{
    return x > 0 ? x : 0;
}
static double softplus(double x)
{
    return log1p(exp(x));
}
static double leaky(double x)
{
    return x > 0 ? x : 0.2 * x;
}

static const struct {
    const char *json;
    double (*value)(double x);
} cases[] = {
    { "\"Identity\"", identity }, { "\"Tanh\"", tanh },
    { "\"Logistic\"", logistic }, { "\"Rectifier\"", rectifier },
    { "\"Softplus\"", softplus }, { "{\"type\": \"LeakyRectifier\", \"leak\": 0.2}", leaky },
};

START_TEST(an_activation_is_its_function)
{
    const enum dtype dtype = _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, dtype);
    net_brick(&net, cases[_i / 2].json);
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)5, (int64_t)7)));
    ck_assert_int_eq(net_value(&net, y, values), 35);
    for (int64_t i = 0; i < 35; i++)
        ck_assert_double_eq_tol(values[i], cases[_i / 2].value(tensor_read(&net.sources[0].tensor, i)),
                                dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-14);
    net_fini(&net);
}
END_TEST

START_TEST(an_activation_has_its_gradient)
{
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, cases[_i].json);
    net_check_gradients(&net, net_apply(&net, net_input(&net, shape_of(2, (int64_t)3, (int64_t)4))));
    net_fini(&net);
}
END_TEST

static const struct {
    const char *json;
    double slope;
} corners[] = {
    { "\"Rectifier\"", 0.5 },
    { "\"LeakyRectifier\"", 0.505 },
    { "{\"type\": \"LeakyRectifier\", \"leak\": 0.5}", 0.75 },
};

START_TEST(slopes_at_zero_are_those_of_blocks)
{
    struct node *x, *sum, *slope;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, corners[_i].json);
    x = net_input(&net, shape_of(2, (int64_t)1, (int64_t)1));
    net_input_values(&net, 0)[0] = 0;
    sum = node_sum(net.graph, net_apply(&net, x), &err);
    ck_assert(graph_gradient(net.graph, sum, &x, 1, &slope, &err));
    ck_assert_double_eq(net_scalar(&net, slope), corners[_i].slope);
    net_fini(&net);
}
END_TEST

/* ---- Softmax ---- */

static void wanted_softmax(const double *scores, int64_t rows, int64_t columns, double *out)
{
    for (int64_t row = 0; row < rows; row++) {
        double sum = 0;

        for (int64_t k = 0; k < columns; k++)
            sum += exp(scores[row * columns + k]);
        for (int64_t k = 0; k < columns; k++)
            out[row * columns + k] = exp(scores[row * columns + k]) / sum;
    }
}

START_TEST(softmax_gives_probabilities_of_each_row)
{
    double values[NET_ELEMENTS_MAX], wanted[12];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "\"Softmax\"");
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)3, (int64_t)4)));
    net_value(&net, y, values);
    wanted_softmax(net_input_values(&net, 0), 3, 4, wanted);
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq_tol(values[i], wanted[i], 1e-14);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(softmax_has_other_application_methods)
{
    const int64_t labels[3] = { 2, 0, 3 };
    double logs[NET_ELEMENTS_MAX], costs[NET_ELEMENTS_MAX], wanted[12];
    struct brick_values inputs = { .count = 1 }, results;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "\"Softmax\"");
    inputs.items[0] = net_input(&net, shape_of(2, (int64_t)3, (int64_t)4));
    wanted_softmax(net_input_values(&net, 0), 3, 4, wanted);
    ck_assert(brick_call(net.brick, "log_probabilities", net.graph, &inputs, &results, &err));
    ck_assert_int_eq(net_value(&net, results.items[0], logs), 12);
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq_tol(logs[i], log(wanted[i]), 1e-13);
    inputs =
        (struct brick_values){ { net_labels(&net, shape_of(1, (int64_t)3), labels), inputs.items[0] }, 2 };
    ck_assert(brick_call(net.brick, "categorical_cross_entropy", net.graph, &inputs, &results, &err));
    ck_assert_int_eq(net_value(&net, results.items[0], costs), 3);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(costs[i], -log(wanted[4 * i + labels[i]]), 1e-13);
    net_check_gradients(&net, results.items[0]);
    ck_assert(!brick_call(net.brick, "probabilities", net.graph, &inputs, &results, &err));
    ck_assert_int_eq(err.code, ERROR_UNKNOWN_NAME);
    net_fini(&net);
}
END_TEST

/* The same numbers as of the rows one below the other. */
START_TEST(cross_entropy_keeps_extra_axes)
{
    const int64_t labels[6] = { 2, 0, 3, 1, 1, 0 };
    double values[NET_ELEMENTS_MAX], wanted[24];
    struct brick_values inputs, results;
    struct error err;
    struct node *x;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "\"NDimensionalSoftmax\"");
    x = net_input(&net, shape_of(3, (int64_t)2, (int64_t)3, (int64_t)4));
    wanted_softmax(net_input_values(&net, 0), 6, 4, wanted);
    inputs = (struct brick_values){ { net_labels(&net, shape_of(2, (int64_t)2, (int64_t)3), labels), x }, 2 };
    ck_assert(brick_call(net.brick, "categorical_cross_entropy", net.graph, &inputs, &results, &err));
    ck_assert_int_eq(node_rank(results.items[0]), 2);
    ck_assert_int_eq(node_dim(results.items[0], 1), 3);
    ck_assert_int_eq(net_value(&net, results.items[0], values), 6);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(values[i], -log(wanted[4 * i + labels[i]]), 1e-13);
    net_check_gradients(&net, results.items[0]);
    inputs.items[0] = net_labels(&net, shape_of(2, (int64_t)3, (int64_t)2), labels);
    ck_assert(!brick_call(net.brick, "categorical_cross_entropy", net.graph, &inputs, &results, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "(3, 2) does not fit to scores of shape (2, 3, 4)"));
    inputs.items[0] = node_softmax(net.graph, x, &err);
    ck_assert(brick_call(net.brick, "categorical_cross_entropy", net.graph, &inputs, &results, &err));
    ck_assert_int_eq(net_value(&net, results.items[0], values), 6);
    for (int i = 0; i < 6; i++) {
        double entropy = 0;
        for (int c = 0; c < 4; c++)
            entropy -= wanted[4 * i + c] * log(wanted[4 * i + c]);
        ck_assert_double_eq_tol(values[i], entropy, 1e-13);
    }
    net_fini(&net);
}
END_TEST

START_TEST(softmax_over_more_axes_needs_its_own_brick)
{
    double values[NET_ELEMENTS_MAX], wanted[24];
    struct error err;
    struct node *x;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "\"NDimensionalSoftmax\"");
    x = net_input(&net, shape_of(3, (int64_t)2, (int64_t)3, (int64_t)4));
    net_value(&net, net_apply(&net, x), values);
    wanted_softmax(net_input_values(&net, 0), 6, 4, wanted);
    for (int i = 0; i < 24; i++)
        ck_assert_double_eq_tol(values[i], wanted[i], 1e-14);
    brick_free(net.brick);
    net_brick(&net, "\"Softmax\"");
    ck_assert_ptr_null(brick_apply_one(net.brick, net.graph, x, &err));
    ck_assert_str_eq(err.message,
                     "brick /top (Softmax): an input of shape (2, 3, 4) is not a matrix of scores");
    net_fini(&net);
}
END_TEST

START_TEST(maxout_takes_the_greatest_of_neighbours)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "{\"type\": \"Maxout\", \"num_pieces\": 3}");
    y = net_apply(&net,
                  net_input(&net, shape_of(2, (int64_t)2, (int64_t)7))); /* the seventh does not count */
    ck_assert_int_eq(net_value(&net, y, values), 4);
    for (int i = 0; i < 4; i++) {
        const double *group = net_input_values(&net, 0) + i / 2 * 7 + i % 2 * 3;

        ck_assert_double_eq(values[i], fmax(fmax(group[0], group[1]), group[2]));
    }
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

Suite *activations_suite(void)
{
    Suite *suite = suite_create("activations");
    TCase *activations = tcase_create("activations");

    tcase_add_loop_test(activations, an_activation_is_its_function, 0, 2 * (int)COUNT(cases));
    tcase_add_loop_test(activations, an_activation_has_its_gradient, 0, (int)COUNT(cases));
    tcase_add_loop_test(activations, slopes_at_zero_are_those_of_blocks, 0, (int)COUNT(corners));
    tcase_add_test(activations, softmax_gives_probabilities_of_each_row);
    tcase_add_test(activations, softmax_has_other_application_methods);
    tcase_add_test(activations, cross_entropy_keeps_extra_axes);
    tcase_add_test(activations, softmax_over_more_axes_needs_its_own_brick);
    tcase_add_test(activations, maxout_takes_the_greatest_of_neighbours);
    suite_add_tcase(suite, activations);
    return suite;
}
