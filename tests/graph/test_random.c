/* tests/graph/test_random.c -- dropout and noise: their distributions, their streams, their absence in
 * evaluation. */
#include "tests/graph/suites.h"

#include <math.h>
#include <string.h>

#include "engine/tensor/counted_random.h"
#include "engine/tensor/team.h"
#include "tests/graph/bench.h"

enum { ELEMENTS = 40000 };
static const struct shape shape = { 2, { 200, 200 } };

static void open_ones(struct bench *bench, enum graph_mode mode, enum dtype dtype, struct node **out_x)
{
    static double ones[ELEMENTS];

    for (int i = 0; i < ELEMENTS; i++)
        ones[i] = 1;
    bench_open(bench, dtype, mode);
    *out_x = bench_source(bench, "x", dtype, &shape, &shape, ones);
}

static void moments(const struct bench *bench, size_t output, double *mean, double *variance)
{
    double sum = 0, squares = 0;

    for (int i = 0; i < ELEMENTS; i++) {
        const double x = bench_read(bench, output, i);
        sum += x;
        squares += x * x;
    }
    *mean = sum / ELEMENTS;
    *variance = squares / ELEMENTS - *mean * *mean;
}

START_TEST(dropout_keeps_the_mean)
{
    struct bench bench;
    struct node *x, *y;
    double mean, variance;

    open_ones(&bench, GRAPH_TRAINING, (enum dtype)_i, &x);
    y = node_dropout(bench.graph, x, 0.3, 0, &bench.err);
    bench_compile(&bench, &y, 1, NULL);
    bench_call(&bench);
    moments(&bench, 0, &mean, &variance);
    ck_assert_double_eq_tol(mean, 1, 0.02);
    ck_assert_double_eq_tol(variance, 0.3 / 0.7, 0.02);
    for (int i = 0; i < 100; i++)
        ck_assert(bench_read(&bench, 0, i) == 0 || fabs(bench_read(&bench, 0, i) - 1 / 0.7) < 1e-6);
    bench_close(&bench);
}
END_TEST

START_TEST(noise_is_normal)
{
    struct bench bench;
    struct node *x, *y;
    double mean, variance;

    open_ones(&bench, GRAPH_TRAINING, (enum dtype)_i, &x);
    y = node_noise(bench.graph, x, 0.5, &bench.err);
    bench_compile(&bench, &y, 1, NULL);
    bench_call(&bench);
    moments(&bench, 0, &mean, &variance);
    ck_assert_double_eq_tol(mean, 1, 0.01);
    ck_assert_double_eq_tol(variance, 0.25, 0.01);
    bench_close(&bench);
}
END_TEST

START_TEST(evaluation_is_exact)
{
    struct bench bench;
    struct node *x;

    open_ones(&bench, GRAPH_EVALUATION, DTYPE_FLOAT32, &x);
    ck_assert_ptr_eq(node_dropout(bench.graph, x, 0.3, 0, &bench.err), x);
    ck_assert_ptr_eq(node_noise(bench.graph, x, 0.3, &bench.err), x);
    bench_close(&bench);
}
END_TEST

START_TEST(streams_differ_go_on_and_can_be_put_back)
{
    struct bench bench;
    struct node *x, *outputs[2];
    const struct variable *stream;
    float first[ELEMENTS];
    int64_t state[2];

    open_ones(&bench, GRAPH_TRAINING, DTYPE_FLOAT32, &x);
    outputs[0] = node_dropout(bench.graph, x, 0.5, 0, &bench.err);
    outputs[1] = node_dropout(bench.graph, x, 0.5, 0, &bench.err);
    bench_compile(&bench, outputs, 2, NULL);
    stream = variables_find(bench.variables, "random_0");
    ck_assert_int_eq(stream->role, VARIABLE_RANDOM);
    memcpy(state, stream->value.data, sizeof state);
    bench_call(&bench);
    memcpy(first, function_output(bench.function, 0)->data, sizeof first);
    ck_assert_mem_ne(function_output(bench.function, 1)->data, first, sizeof first);
    bench_call(&bench);
    ck_assert_mem_ne(function_output(bench.function, 0)->data, first, sizeof first);
    memcpy(stream->value.data, state, sizeof state);
    bench_call(&bench);
    ck_assert_mem_eq(function_output(bench.function, 0)->data, first, sizeof first);
    bench_close(&bench);
}
END_TEST

START_TEST(the_gradient_goes_where_the_value_went)
{
    const struct shape small = { 1, { 50 } };
    double ones[50];
    struct bench bench;
    struct node *x, *y, *outputs[2];

    for (int i = 0; i < 50; i++)
        ones[i] = 1;
    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    x = bench_parameter(&bench, "x", &small);
    y = node_dropout(bench.graph, x, 0.5, 0, &bench.err);
    outputs[0] = y;
    ck_assert(
        graph_gradient(bench.graph, node_sum(bench.graph, y, &bench.err), &x, 1, &outputs[1], &bench.err));
    bench_compile(&bench, outputs, 2, NULL);
    bench_set(&bench, "x", ones);
    bench_call(&bench);
    for (int i = 0; i < 50; i++)
        ck_assert_double_eq(bench_read(&bench, 1, i), bench_read(&bench, 0, i));
    bench_close(&bench);
}
END_TEST

START_TEST(members_of_a_team_draw_the_same)
{
    struct bench bench;
    struct node *x, *outputs[2];
    double alone[2][ELEMENTS];

    open_ones(&bench, GRAPH_TRAINING, (enum dtype)_i, &x);
    outputs[0] = node_dropout(bench.graph, x, 0.4, 0, &bench.err);
    outputs[1] = node_noise(bench.graph, x, 0.5, &bench.err);
    for (size_t members = 1; members <= 3; members++) {
        struct team *team = members > 1 ? team_start(members, &bench.err) : NULL;

        graph_use_team(bench.graph, team);
        bench_compile(&bench, outputs, 2, &(struct function_options){ .share_always = members > 1 });
        for (size_t i = 0; i < variables_count(bench.variables); i++)
            ((int64_t *)variables_at(bench.variables, i)->value.data)[1] = 1000;
        bench_call(&bench);
        bench_call(&bench);
        for (size_t output = 0; output < 2; output++) {
            for (int i = 0; i < ELEMENTS; i++) {
                if (members == 1)
                    alone[output][i] = bench_read(&bench, output, i);
                ck_assert_double_eq(bench_read(&bench, output, i), alone[output][i]);
            }
        }
        function_free(bench.function);
        bench.function = NULL;
        team_stop(team);
    }
    bench_close(&bench);
}
END_TEST

/* Also checkpoints of other versions go on with these. */
START_TEST(the_numbers_are_those_of_split_mix)
{
    ck_assert_uint_eq(counted_random(1, 0), UINT64_C(0xf4a90164c4749e1a));
    ck_assert_uint_eq(counted_random(1, 1), UINT64_C(0xbfa9ae8d44b45a35));
    ck_assert_uint_eq(counted_random(77, 1000000), UINT64_C(0xe209fad122df9b43));
}
END_TEST

Suite *random_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");

    tcase_add_loop_test(tests, dropout_keeps_the_mean, DTYPE_FLOAT32, DTYPE_FLOAT64 + 1);
    tcase_add_loop_test(tests, noise_is_normal, DTYPE_FLOAT32, DTYPE_FLOAT64 + 1);
    tcase_add_test(tests, evaluation_is_exact);
    tcase_add_test(tests, streams_differ_go_on_and_can_be_put_back);
    tcase_add_test(tests, the_gradient_goes_where_the_value_went);
    tcase_add_loop_test(tests, members_of_a_team_draw_the_same, DTYPE_FLOAT32, DTYPE_FLOAT64 + 1);
    tcase_add_test(tests, the_numbers_are_those_of_split_mix);
    suite_add_tcase(suite, tests);
    return suite;
}
