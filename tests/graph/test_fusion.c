/* tests/graph/test_fusion.c -- how many steps expressions become, and that the passes are cut rightly. */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/graph/bench.h"

static int count_steps(const struct bench *bench)
{
    struct text text = { 0 };
    int lines = 0;

    function_describe(bench->function, &text);
    for (const char *c = text_bytes(&text); *c; c++)
        lines += *c == '\n';
    text_fini(&text);
    return lines;
}

static bool mentions(const struct bench *bench, const char *words)
{
    struct text text = { 0 };
    bool found;

    function_describe(bench->function, &text);
    found = strstr(text_bytes(&text), words) != NULL;
    text_fini(&text);
    return found;
}

START_TEST(a_layer_is_a_product_and_one_pass)
{
    const struct shape x_shape = { 2, { 8, 6 } }, w_shape = { 2, { 6, 4 } }, b_shape = { 1, { 4 } };
    const double zeros[48] = { 0 };
    struct bench bench;
    struct node *x, *y;

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    x = bench_source(&bench, "x", DTYPE_FLOAT32, &x_shape, &x_shape, zeros);
    y = node_dot(bench.graph, x, bench_parameter(&bench, "W", &w_shape), &bench.err);
    y = node_add(bench.graph, y, bench_parameter(&bench, "b", &b_shape), &bench.err);
    y = node_sqr(bench.graph, node_tanh(bench.graph, y, &bench.err), &bench.err);
    bench_compile(&bench, &y, 1, NULL);
    ck_assert_int_eq(count_steps(&bench), 2);
    ck_assert(mentions(&bench, "fused 3:"));
    /* The pass writes over the product: nothing but that and the scratch of the pass. */
    ck_assert_uint_le(function_bytes(bench.function), 8 * 4 * 4 + 4 * 4096);
    bench_close(&bench);
}
END_TEST

START_TEST(no_transposed_copies_in_gradients)
{
    const struct shape x_shape = { 2, { 8, 6 } }, w_shape = { 2, { 6, 4 } };
    const double zeros[48] = { 0 };
    struct bench bench;
    struct node *x, *wanted[2], *gradients[2], *y;

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    x = bench_source(&bench, "x", DTYPE_FLOAT32, &x_shape, &x_shape, zeros);
    wanted[0] = bench_parameter(&bench, "W", &w_shape);
    wanted[1] = x;
    y = node_sum(bench.graph,
                 node_sqr(bench.graph, node_dot(bench.graph, x, wanted[0], &bench.err), &bench.err),
                 &bench.err);
    ck_assert(graph_gradient(bench.graph, y, wanted, 2, gradients, &bench.err));
    bench_compile(&bench, gradients, 2, NULL);
    ck_assert(!mentions(&bench, "dimshuffle"));
    ck_assert_int_eq(count_steps(&bench), 4); /* xW, 2 g, dW, dx */
    bench_close(&bench);
}
END_TEST

START_TEST(bias_gradients_are_sums_without_a_copy)
{
    const struct shape x_shape = { 2, { 8, 4 } }, b_shape = { 1, { 4 } };
    const double zeros[32] = { 0 };
    double place[4];
    const struct tensor destination = { DTYPE_FLOAT32, b_shape, place };
    struct bench bench;
    struct node *x, *b, *y, *gradient;

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    x = bench_source(&bench, "x", DTYPE_FLOAT32, &x_shape, &x_shape, zeros);
    b = bench_parameter(&bench, "b", &b_shape);
    y = node_sum(bench.graph, node_exp(bench.graph, node_add(bench.graph, x, b, &bench.err), &bench.err),
                 &bench.err);
    ck_assert(graph_gradient(bench.graph, y, &b, 1, &gradient, &bench.err));
    bench_compile(&bench, &gradient, 1, &(struct function_options){ .destinations = &destination });
    ck_assert_int_eq(count_steps(&bench), 2); /* exp(x + b) and its sum over the rows */
    bench_set(&bench, "b", zeros);
    bench_call(&bench);
    ck_assert_ptr_eq(function_output(bench.function, 0)->data, place);
    ck_assert_float_eq(((float *)place)[3], 8);
    bench_close(&bench);
}
END_TEST

START_TEST(values_used_twice_are_computed_once)
{
    const struct shape shape = { 1, { 5 } };
    const double values[] = { 1, 2, 3, 4, 5 };
    struct bench bench;
    struct node *x, *shared, *outputs[2];

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_source(&bench, "x", DTYPE_FLOAT64, &shape, &shape, values);
    shared = node_exp(bench.graph, x, &bench.err);
    outputs[0] = node_sqr(bench.graph, shared, &bench.err);
    outputs[1] = node_negative(bench.graph, shared, &bench.err);
    bench_compile(&bench, outputs, 2, NULL);
    ck_assert_int_eq(count_steps(&bench), 3);
    bench_call(&bench);
    ck_assert_double_eq_tol(bench_read(&bench, 0, 1), exp(4), 1e-12);
    ck_assert_double_eq_tol(bench_read(&bench, 1, 4), -exp(5), 1e-12);
    bench_close(&bench);
}
END_TEST

/* A chain longer than a group, over operands that broadcast in every way at once, for lengths around those of
 * blocks. */
static const int64_t lengths[][2] = { { 1, 1 },    { 3, 5 },   { 7, 511 }, { 7, 512 }, { 7, 513 },
                                      { 2, 1500 }, { 700, 2 }, { 512, 1 }, { 1, 2048 } };

START_TEST(passes_of_every_length)
{
    const int64_t rows = lengths[_i][0], columns = lengths[_i][1];
    const struct shape full = { 2, { rows, columns } }, row = { 1, { columns } }, column = { 2, { rows, 1 } },
                       one = { 0, { 0 } };
    double *values = malloc((size_t)(rows * columns) * sizeof *values);
    struct bench bench;
    struct node *x, *r, *c, *s, *y;

    for (int64_t i = 0; i < rows * columns; i++)
        values[i] = (double)(i % 101) / 50 - 1;
    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_source(&bench, "x", DTYPE_FLOAT64, &full, &full, values);
    r = bench_source(&bench, "r", DTYPE_FLOAT64, &row, &row, values);
    c = bench_source(&bench, "c", DTYPE_FLOAT64, &column, &column, values);
    s = bench_source(&bench, "s", DTYPE_FLOAT64, &one, &one, values);
    y = x;
    for (int i = 0; i < 20; i++) {
        y = node_add(bench.graph, node_multiply(bench.graph, y, r, &bench.err), c, &bench.err);
        y = node_subtract(bench.graph, y, s, &bench.err);
    }
    bench_compile(&bench, &y, 1, &(struct function_options){ .poison = true });
    bench_call(&bench);
    for (int64_t i = 0; i < rows * columns; i++) {
        double expected = values[i];
        for (int k = 0; k < 20; k++)
            expected = expected * values[i % columns] + values[i / columns] - values[0];
        ck_assert_double_eq(bench_read(&bench, 0, i), expected);
    }
    free(values);
    bench_close(&bench);
}
END_TEST

/* A net of one convolution, two by two of whose places are pooled, and of the mean of its places. */
struct convolved {
    struct bench bench;
    struct node *pooled, *places, *gradient;
    double values[20 * 36], filters[3 * 9];
};

static void convolve(struct convolved *net)
{
    const struct shape images = { 4, { 20, 1, 6, 6 } }, filters = { 4, { 3, 1, 3, 3 } };
    const struct image_steps one = { 1, 1, 0, 0 };
    const struct pooling two = { 2, 2, { 2, 2, 0, 0 }, true, false };
    struct bench *bench = &net->bench;
    struct node *w, *convolution, *cost;

    for (int i = 0; i < 20 * 36; i++)
        net->values[i] = sin(i * i + 1);
    for (int i = 0; i < 3 * 9; i++)
        net->filters[i] = cos(i * i + 2);
    bench_open(bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    w = bench_parameter(bench, "W", &filters);
    convolution =
        node_convolution(bench->graph, bench_source(bench, "x", DTYPE_FLOAT32, &images, &images, net->values),
                         w, &one, &bench->err);
    net->pooled = node_pooling(bench->graph, POOLING_MAX, convolution, &two, &bench->err);
    net->places = node_mean(bench->graph, node_sqr(bench->graph, convolution, &bench->err), &bench->err);
    cost = node_sum(bench->graph, node_sqr(bench->graph, net->pooled, &bench->err), &bench->err);
    ck_assert(graph_gradient(bench->graph, cost, &w, 1, &net->gradient, &bench->err));
}

static void compile_and_call(struct convolved *net, struct node *const *outputs, size_t count)
{
    bench_compile(&net->bench, outputs, count, &(struct function_options){ .poison = true });
    bench_set(&net->bench, "W", net->filters);
    bench_call(&net->bench);
}

static void *copy_of(const struct tensor *tensor)
{
    void *copy = malloc(tensor_bytes(tensor));

    memcpy(copy, tensor->data, tensor_bytes(tensor));
    return copy;
}

START_TEST(a_convolution_is_computed_once_whoever_reads_it)
{
    struct convolved net;
    void *alone[2];

    convolve(&net);
    struct node *const outputs[] = { net.pooled, net.gradient, net.places };

    compile_and_call(&net, outputs, 2);
    ck_assert(mentions(&net.bench, "convolution with max pooling("));
    ck_assert(!mentions(&net.bench, " convolution("));
    for (size_t i = 0; i < 2; i++)
        alone[i] = copy_of(function_output(net.bench.function, i));

    compile_and_call(&net, outputs, 3);
    ck_assert(mentions(&net.bench, " convolution("));
    ck_assert(mentions(&net.bench, "max pooling of a convolution("));
    ck_assert(!mentions(&net.bench, "convolution with max pooling("));
    for (size_t i = 0; i < 2; i++) {
        const struct tensor *with = function_output(net.bench.function, i);

        ck_assert_mem_eq(alone[i], with->data, tensor_bytes(with)); /* to the bit: training is the same */
        free(alone[i]);
    }
    bench_close(&net.bench);
}
END_TEST

Suite *fusion_suite(void)
{
    Suite *suite = suite_create("fusion");
    TCase *tests = tcase_create("fusion");

    tcase_add_test(tests, a_layer_is_a_product_and_one_pass);
    tcase_add_test(tests, no_transposed_copies_in_gradients);
    tcase_add_test(tests, bias_gradients_are_sums_without_a_copy);
    tcase_add_test(tests, values_used_twice_are_computed_once);
    tcase_add_test(tests, a_convolution_is_computed_once_whoever_reads_it);
    tcase_add_loop_test(tests, passes_of_every_length, 0, (int)(sizeof lengths / sizeof *lengths));
    suite_add_tcase(suite, tests);
    return suite;
}
