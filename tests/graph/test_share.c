/* tests/graph/test_share.c -- functions on a team give what one thread gives, and the same bits every time.
 */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/team.h"
#include "tests/graph/trial.h"

/* ---- Every expression and its gradients ---- */

static double *outputs_of(const struct function *function, size_t *out_count)
{
    double *values = NULL;

    *out_count = 0;
    for (size_t i = 0; i < function_output_count(function); i++) {
        const struct tensor *output = function_output(function, i);
        const int64_t elements = tensor_elements(output);

        values = realloc(values, (*out_count + (size_t)elements + 1) * sizeof *values);
        for (int64_t k = 0; k < elements; k++)
            values[(*out_count)++] = tensor_read(output, k);
    }
    return values;
}

static void check_close(const double *expected, const double *values, size_t count, double tolerance)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(fabs(values[i] - expected[i]) <= tolerance * (1 + fabs(expected[i])),
                      "element %zu is %.17g, not %.17g", i, values[i], expected[i]);
}

/* Calls the bench's function some times over memory that was left in disorder. */
static void check_bits(struct bench *bench, const double *first, size_t count, int times)
{
    const struct tensor *gradients = variables_gradients(bench->variables);

    for (int i = 0; i < times; i++) {
        size_t again_count;
        double *again;

        memset(gradients->data, 0xff, tensor_bytes(gradients));
        bench_call(bench);
        again = outputs_of(bench->function, &again_count);
        ck_assert_uint_eq(again_count, count);
        ck_assert_mem_eq(again, first, count * sizeof *first);
        free(again);
    }
}

START_TEST(expressions_and_gradients_are_those_of_one_thread)
{
    struct trial trial;
    double *expected;
    size_t count;

    trial_open(&trial, &expressions[_i], DTYPE_FLOAT64);
    if (expressions[_i].flat)
        trial.wanted_count = 0;
    trial_derive(&trial, &(struct function_options){ .poison = true });
    bench_call(&trial.bench);
    expected = outputs_of(trial.bench.function, &count);
    for (size_t members = 2; members <= 5; members++) {
        struct team *team = team_start(members, &trial.bench.err);
        double *values;

        graph_use_team(trial.bench.graph, team);
        trial_derive(&trial, &(struct function_options){ .share_always = true });
        ck_assert_uint_eq(function_threads(trial.bench.function), members);
        values = outputs_of(trial.bench.function, &count);
        check_close(expected, values, count, 1e-12);
        check_bits(&trial.bench, values, count, 5);
        free(values);
        function_free(trial.bench.function);
        trial.bench.function = NULL;
        team_stop(team);
    }
    free(expected);
    bench_close(&trial.bench);
}
END_TEST

/* ---- A net over sources ---- */

enum { ROWS = 100, INPUTS = 37, HIDDEN = 64, CLASSES = 10, PARAMETERS = 4 };

struct net {
    struct bench bench;
    struct team *team;
    struct node *outputs[PARAMETERS + 2]; /* gradients, cost, error rate */
};

static void build(struct net *net, enum dtype real)
{
    static const char *const names[PARAMETERS] = { "W0", "b0", "W1", "b1" };
    static const struct shape shapes[PARAMETERS] = {
        { 2, { INPUTS, HIDDEN } }, { 1, { HIDDEN } }, { 2, { HIDDEN, CLASSES } }, { 1, { CLASSES } }
    };
    struct bench *bench = &net->bench;
    struct node *p[PARAMETERS], *x, *y, *hidden;
    struct error *e = &bench->err;
    struct graph *g;

    memset(net, 0, sizeof *net);
    bench_open(bench, real, GRAPH_TRAINING);
    g = bench->graph;
    x = bench_features(bench, real, ROWS, INPUTS);
    y = bench_targets(bench, ROWS, CLASSES);
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = bench_parameter(bench, names[i], &shapes[i]);
    hidden = node_tanh(g, node_add(g, node_dot(g, x, p[0], e), p[1], e), e);
    hidden = node_softmax(g, node_add(g, node_dot(g, hidden, p[2], e), p[3], e), e);
    net->outputs[PARAMETERS] = node_mean(g, node_categorical_cross_entropy(g, y, hidden, e), e);
    net->outputs[PARAMETERS + 1] = node_mean(g, node_misclassification(g, y, hidden, 1, e), e);
    ck_assert_msg(graph_gradient(g, net->outputs[PARAMETERS], p, PARAMETERS, net->outputs, e), "%s",
                  e->message);
    bench_allocate(bench);
    for (int i = 0; i < PARAMETERS; i++) {
        const struct tensor *value = &variables_find(bench->variables, names[i])->value;

        for (int64_t k = 0; k < tensor_elements(value); k++)
            tensor_write(value, k, (double)(k * 29 % 83) / 400 - 0.1);
    }
}

static void compile(struct net *net, size_t members, bool share_always)
{
    function_free(net->bench.function);
    net->bench.function = NULL;
    team_stop(net->team);
    net->team = members > 1 ? team_start(members, &net->bench.err) : NULL;
    graph_use_team(net->bench.graph, net->team);
    bench_compile(&net->bench, net->outputs, PARAMETERS + 2,
                  &(struct function_options){ .share_always = share_always });
}

static void close(struct net *net)
{
    bench_close(&net->bench);
    team_stop(net->team);
}

static void set_rows(struct net *net, int64_t rows)
{
    net->bench.sources[0].tensor.shape.dims[0] = rows;
    net->bench.sources[1].tensor.shape.dims[0] = rows;
}

static const int64_t batches[] = { ROWS, 65, ROWS, 3, 1, 2, 64, ROWS };

START_TEST(batches_of_any_size_are_shared)
{
    const enum dtype real = _i ? DTYPE_FLOAT64 : DTYPE_FLOAT32;
    const double tolerance = _i ? 1e-13 : 1e-5;
    struct net net;

    build(&net, real);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        double *expected = NULL;
        size_t count;

        set_rows(&net, batches[b]);
        for (size_t members = 1; members <= 4; members++) {
            double *values;

            compile(&net, members, true);
            set_rows(&net, ROWS); /* the shapes change at run time */
            bench_call(&net.bench);
            set_rows(&net, batches[b]);
            bench_call(&net.bench);
            values = outputs_of(net.bench.function, &count);
            if (expected) {
                check_close(expected, values, count, tolerance);
                check_bits(&net.bench, values, count, 20);
                free(values);
            } else {
                expected = values;
            }
        }
        free(expected);
    }
    close(&net);
}
END_TEST

START_TEST(sources_may_move)
{
    struct net net;
    double *first, *second;
    size_t count;
    void *features;

    build(&net, DTYPE_FLOAT64);
    compile(&net, 3, true);
    bench_call(&net.bench);
    first = outputs_of(net.bench.function, &count);
    features = net.bench.sources[0].tensor.data;
    net.bench.sources[0].tensor.data = malloc(ROWS * INPUTS * sizeof(double));
    memcpy(net.bench.sources[0].tensor.data, features, ROWS * INPUTS * sizeof(double));
    memset(features, 0xff, ROWS * INPUTS * sizeof(double));
    bench_call(&net.bench);
    second = outputs_of(net.bench.function, &count);
    ck_assert_mem_eq(first, second, count * sizeof *first);
    free(features);
    free(first);
    free(second);
    close(&net);
}
END_TEST

START_TEST(an_error_is_that_of_the_first_wrong_row)
{
    struct net net;

    build(&net, DTYPE_FLOAT32);
    compile(&net, 3, true);
    for (int repeat = 0; repeat < 20; repeat++) {
        const struct batch batch = { net.bench.sources, 2, 0 };

        bench_call(&net.bench);
        tensor_write(&net.bench.sources[1].tensor, 67, 12);
        tensor_write(&net.bench.sources[1].tensor, 99, 11);
        ck_assert(!function_call(net.bench.function, &batch, &net.bench.err));
        ck_assert_str_eq(net.bench.err.message, "label 12 of row 67 is not between 0 and 9");
        tensor_write(&net.bench.sources[1].tensor, 67, 1);
        tensor_write(&net.bench.sources[1].tensor, 99, 1);
    }
    close(&net);
}
END_TEST

START_TEST(too_little_work_is_not_shared)
{
    struct net net;

    build(&net, DTYPE_FLOAT32);
    compile(&net, 3, false);
    ck_assert_uint_eq(function_threads(net.bench.function), 1);
    bench_call(&net.bench);
    close(&net);
}
END_TEST

/* As much work as elsewhere is enough, but in many small steps. */
START_TEST(many_small_steps_are_not_shared)
{
    enum { LAYERS = 12 };
    static const struct shape x_shape = { 2, { 64, 64 } };
    struct node *x, *w[LAYERS], *gradients[LAYERS];
    struct bench bench;
    struct team *team;
    double *zeros = calloc(64 * 64, sizeof *zeros);

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    team = team_start(2, &bench.err);
    graph_use_team(bench.graph, team);
    x = bench_source(&bench, "features", DTYPE_FLOAT32, &x_shape, &x_shape, zeros);
    for (int i = 0; i < LAYERS; i++) {
        const char name[] = { 'W', (char)('a' + i), '\0' };

        w[i] = bench_parameter(&bench, name, &x_shape);
        x = node_rectifier(bench.graph, node_dot(bench.graph, x, w[i], &bench.err), &bench.err);
    }
    x = node_mean(bench.graph, x, &bench.err);
    ck_assert(graph_gradient(bench.graph, x, w, LAYERS, gradients, &bench.err));
    bench_compile(&bench, gradients, LAYERS, NULL);
    ck_assert_uint_eq(function_threads(bench.function), 1);
    bench_call(&bench);
    bench_close(&bench);
    team_stop(team);
    free(zeros);
}
END_TEST

START_TEST(enough_work_is_shared_with_little_waiting)
{
    static const struct shape x_shape = { 2, { 128, 784 } }, w_shape = { 2, { 784, 500 } },
                              v_shape = { 2, { 500, 10 } };
    struct node *x, *w, *v, *hidden, *cost, *gradients[2];
    struct text words = { 0 };
    int waits = 0;
    struct bench bench;
    struct team *team;
    double *zeros = calloc(128 * 784, sizeof *zeros);

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    team = team_start(2, &bench.err);
    graph_use_team(bench.graph, team);
    x = bench_source(&bench, "features", DTYPE_FLOAT32, &x_shape, &x_shape, zeros);
    w = bench_parameter(&bench, "W", &w_shape);
    v = bench_parameter(&bench, "V", &v_shape);
    hidden = node_tanh(bench.graph, node_dot(bench.graph, x, w, &bench.err), &bench.err);
    cost = node_mean(bench.graph,
                     node_sqr(bench.graph, node_dot(bench.graph, hidden, v, &bench.err), &bench.err),
                     &bench.err);
    ck_assert(graph_gradient(bench.graph, cost, (struct node *[]){ w, v }, 2, gradients, &bench.err));
    bench_compile(&bench, gradients, 2, NULL);
    ck_assert_uint_eq(function_threads(bench.function), 2);
    bench_call(&bench);
    function_describe(bench.function, &words);
    for (const char *at = text_bytes(&words); (at = strstr(at, " waits")) != NULL; at++)
        waits++;
    ck_assert_msg(waits >= 1 && waits <= 3, "%s",
                  text_bytes(&words)); /* behind columns, before gradients of weights */
    text_fini(&words);
    bench_close(&bench);
    team_stop(team);
    free(zeros);
}
END_TEST

/* A layer so wide that its products are shared by columns: forward, and back through the layer before it. */
START_TEST(wide_products_are_shared_by_columns)
{
    static const struct shape v_shape = { 2, { 60, 1030 } }, w_shape = { 2, { 1030, 515 } };
    double *expected = NULL;
    struct node *v, *w, *hidden, *outputs[3];
    struct text words = { 0 };
    struct bench bench;
    size_t count;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    hidden = bench_features(&bench, DTYPE_FLOAT64, 40, 60);
    v = bench_parameter(&bench, "V", &v_shape);
    w = bench_parameter(&bench, "W", &w_shape);
    hidden = node_tanh(bench.graph, node_dot(bench.graph, hidden, v, &bench.err), &bench.err);
    hidden = node_tanh(bench.graph, node_dot(bench.graph, hidden, w, &bench.err), &bench.err);
    outputs[2] = node_mean(bench.graph, node_sqr(bench.graph, hidden, &bench.err), &bench.err);
    ck_assert(graph_gradient(bench.graph, outputs[2], (struct node *[]){ v, w }, 2, outputs, &bench.err));
    bench_allocate(&bench);
    for (size_t i = 0; i < 2; i++) {
        const struct tensor *value = &variables_at(bench.variables, i)->value;

        for (int64_t k = 0; k < tensor_elements(value); k++)
            tensor_write(value, k, (double)(k * 29 % 83) / 900 - 0.05);
    }
    for (size_t members = 1; members <= 3; members++) {
        struct team *team = members > 1 ? team_start(members, &bench.err) : NULL;
        double *values;

        graph_use_team(bench.graph, team);
        bench_compile(&bench, outputs, 3, NULL);
        ck_assert_uint_eq(function_threads(bench.function), members);
        bench_call(&bench);
        values = outputs_of(bench.function, &count);
        if (expected) {
            check_close(expected, values, count, 1e-12);
            check_bits(&bench, values, count, 10);
            free(values);
        } else {
            expected = values;
        }
        text_clear(&words);
        function_describe(bench.function, &words);
        ck_assert_int_eq(strstr(text_bytes(&words), " shared by columns") != NULL, members > 1);
        function_free(bench.function);
        bench.function = NULL;
        team_stop(team);
    }
    free(expected);
    text_fini(&words);
    bench_close(&bench);
}
END_TEST

Suite *share_suite(void)
{
    Suite *suite = suite_create("share");
    TCase *tests = tcase_create("share");

    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, bench_start_blas, NULL);
    tcase_add_loop_test(tests, expressions_and_gradients_are_those_of_one_thread, 0, (int)expression_count);
    tcase_add_loop_test(tests, batches_of_any_size_are_shared, 0, 2);
    tcase_add_test(tests, sources_may_move);
    tcase_add_test(tests, an_error_is_that_of_the_first_wrong_row);
    tcase_add_test(tests, too_little_work_is_not_shared);
    tcase_add_test(tests, many_small_steps_are_not_shared);
    tcase_add_test(tests, wide_products_are_shared_by_columns);
    tcase_add_test(tests, enough_work_is_shared_with_little_waiting);
    suite_add_tcase(suite, tests);
    return suite;
}
