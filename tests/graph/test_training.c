/* tests/graph/test_training.c -- a whole training run in float64 gives the numbers of Blocks' own compiler.
 *
 * The net, its data and the expected numbers are those of reference/traces/training-sgd-tanh.json: two
 * features, three tanh units, one linear output, squared error, Scale with rate 0.1, two epochs of batches of
 * 3, 3 and 1. */
#include "tests/graph/suites.h"

#include "tests/graph/bench.h"

static const double features[7][2] = { { 0, 1 }, { 1, 0.5 },   { -1, 2 }, { 0.5, -0.5 },
                                       { 2, 1 }, { -0.5, -1 }, { 1.5, 0 } };
static const double targets[7] = { 1, 0.5, -1, 0.25, 1.5, -0.75, 0.5 };
static const double costs[6] = { 0.6048670235131474, 0.6500018304538872,  4.7090615849097126e-05,
                                 0.5017224066891667, 0.47427302509153063, 0.02480371644542685 };
static const double gradient_norms[6] = { 0.7936141304871112, 1.2237287748235708, 0.020227333667514738,
                                          0.537164001162667,  1.071857999563013,  0.4892795252036623 };
static const double last_w0[] = { 0.17929754150776403, -0.3086919581685011, 0.4327298069346433,
                                  0.09703068129130844, 0.16255567820461886, -0.04345011998949992 };
static const double last_b1 = 0.13317125041687886;

struct net {
    struct bench bench;
    struct node *parameters[4], *outputs[6]; /* cost, norm, gradients */
};

static void build(struct net *net)
{
    static const struct shape x_shape = { 2, { 3, 2 } }, y_shape = { 2, { 3, 1 } };
    static const char *const names[] = { "/mlp/linear_0.W", "/mlp/linear_0.b", "/mlp/linear_1.W",
                                         "/mlp/linear_1.b" };
    static const struct shape shapes[] = { { 2, { 2, 3 } }, { 1, { 3 } }, { 2, { 3, 1 } }, { 1, { 1 } } };
    static const double start[4][6] = {
        { 0.1, -0.2, 0.3, 0.05, 0.25, -0.15 }, { 0, 0.1, -0.1 }, { 0.2, -0.3, 0.4 }, { 0.05 }
    };
    static const int row[] = { 1 };
    struct bench *bench = &net->bench;
    struct tensor destinations[6] = { { .data = NULL } };
    struct graph *g = bench->graph;
    struct error *e = &bench->err;
    struct node *x, *y, *hidden, *out, **p = net->parameters;

    x = bench_source(bench, "features", DTYPE_FLOAT64, &x_shape, &x_shape, features[0]);
    y = bench_source(bench, "targets", DTYPE_FLOAT64, &y_shape, &y_shape, targets);
    for (int i = 0; i < 4; i++)
        p[i] = bench_parameter(bench, names[i], &shapes[i]);
    hidden = node_tanh(g, node_add(g, node_dot(g, x, p[0], e), p[1], e), e);
    out = node_add(g, node_dot(g, hidden, p[2], e), p[3], e);
    net->outputs[0] = node_mean(
        g, node_reduce(g, REDUCE_SUM, node_sqr(g, node_subtract(g, y, out, e), e), row, 1, false, e), e);
    ck_assert_msg(graph_gradient(g, net->outputs[0], p, 4, net->outputs + 2, e), "%s", e->message);
    net->outputs[1] = node_l2_norm(g, net->outputs + 2, 4, e);
    bench_allocate(bench);
    for (int i = 0; i < 4; i++) {
        bench_set(bench, names[i], start[i]);
        destinations[i + 2] = variables_find(bench->variables, names[i])->gradient;
    }
    bench_compile(bench, net->outputs, 6,
                  &(struct function_options){ .destinations = destinations, .poison = true });
}

/* Rows [first, first + count) become the batch. */
static void take_rows(struct bench *bench, int64_t first, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        tensor_write(&bench->sources[0].tensor, 2 * i, features[first + i][0]);
        tensor_write(&bench->sources[0].tensor, 2 * i + 1, features[first + i][1]);
        tensor_write(&bench->sources[1].tensor, i, targets[first + i]);
    }
    bench->sources[0].tensor.shape.dims[0] = count;
    bench->sources[1].tensor.shape.dims[0] = count;
}

START_TEST(the_numbers_are_those_of_blocks)
{
    struct net net;
    const struct tensor *parameters, *gradients;

    bench_open(&net.bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    build(&net);
    parameters = variables_parameters(net.bench.variables);
    gradients = variables_gradients(net.bench.variables);
    for (int iteration = 0; iteration < 6; iteration++) {
        take_rows(&net.bench, iteration % 3 * 3, iteration % 3 == 2 ? 1 : 3);
        bench_call(&net.bench);
        ck_assert_double_eq_tol(bench_read(&net.bench, 0, 0), costs[iteration], 1e-15);
        ck_assert_double_eq_tol(bench_read(&net.bench, 1, 0), gradient_norms[iteration], 1e-14);
        for (int64_t i = 0; i < tensor_elements(parameters); i++)
            ((double *)parameters->data)[i] -= 0.1 * ((const double *)gradients->data)[i];
    }
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(
            tensor_read(&variables_find(net.bench.variables, "/mlp/linear_0.W")->value, i), last_w0[i],
            1e-15);
    ck_assert_double_eq_tol(tensor_read(&variables_find(net.bench.variables, "/mlp/linear_1.b")->value, 0),
                            last_b1, 1e-15);
    bench_close(&net.bench);
}
END_TEST

Suite *training_suite(void)
{
    Suite *suite = suite_create("training");
    TCase *tests = tcase_create("training");

    tcase_add_test(tests, the_numbers_are_those_of_blocks);
    suite_add_tcase(suite, tests);
    return suite;
}
