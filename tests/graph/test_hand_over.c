/* tests/graph/test_hand_over.c -- what takes gradients as they are made leaves the variables as one who takes
 * them from their destinations afterwards. */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/team.h"
#include "tests/graph/bench.h"

/* Weights of more than one piece, and in three layers: their gradients are read by nobody, the first layer's
 * input has none. */
enum { ROWS = 64, INPUTS = 300, HIDDEN = 700, CLASSES = 10, PARAMETERS = 6, CALLS = 3, OUTPUTS_MAX = 8 };

static const char *const names[PARAMETERS] = { "W0", "b0", "W1", "b1", "W2", "b2" };
static const struct shape shapes[PARAMETERS] = { { 2, { INPUTS, HIDDEN } },  { 1, { HIDDEN } },
                                                 { 2, { HIDDEN, INPUTS } },  { 1, { INPUTS } },
                                                 { 2, { INPUTS, CLASSES } }, { 1, { CLASSES } } };

struct net {
    struct bench bench;
    struct team *team;
    struct node *parameters[PARAMETERS], *probabilities, *targets, *cost;
    struct node *outputs[OUTPUTS_MAX]; /* gradients, the cost, something else */
    size_t output_count;
    struct variable *variables[PARAMETERS];
    unsigned char *taken[PARAMETERS]; /* how often, by element */
};

/* What observers may want besides: made before or behind the gradients. */
enum beside {
    NOTHING,
    SUM_OF_A_PARAMETER, /* as it was */
    A_PARAMETER,
    NORM_OF_A_GRADIENT,
    A_GRADIENT,
    ERROR_RATE, /* which can fail */
    BESIDES
};

static struct node *beside(struct net *net, enum beside kind)
{
    struct error *e = &net->bench.err;
    struct graph *g = net->bench.graph;

    switch (kind) {
    case SUM_OF_A_PARAMETER:
        return node_sum(g, net->parameters[2], e);
    case A_PARAMETER:
        return net->parameters[0];
    case NORM_OF_A_GRADIENT:
        return node_l2_norm(g, &net->outputs[0], 1, e);
    case A_GRADIENT:
        return net->outputs[2];
    case ERROR_RATE:
        return node_mean(g, node_misclassification(g, net->targets, net->probabilities, 1, e), e);
    default:
        return NULL;
    }
}

/* x W0 + b0 through tanh, W1, rectifier, W2, softmax.  `tied`: W0 is also used transposed, instead of W1. */
static void build(struct net *net, enum dtype real, enum beside kind, bool tied)
{
    struct bench *bench = &net->bench;
    struct error *e = &bench->err;
    static const int turned[] = { 1, 0 };
    struct node *x, *second, **p = net->parameters;
    struct graph *g;

    memset(net, 0, sizeof *net);
    bench_open(bench, real, GRAPH_TRAINING);
    g = bench->graph;
    x = bench_features(bench, real, ROWS, INPUTS);
    net->targets = bench_targets(bench, ROWS, CLASSES);
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = bench_parameter(bench, names[i], &shapes[i]);
    x = node_tanh(g, node_add(g, node_dot(g, x, p[0], e), p[1], e), e);
    second = tied ? node_dimshuffle(g, p[0], turned, 2, e) : p[2];
    x = node_add(g, node_dot(g, x, second, e), p[3], e);
    x = node_add(g, node_dot(g, node_rectifier(g, x, e), p[4], e), p[5], e);
    net->probabilities = node_softmax(g, x, e);
    net->cost = node_mean(g, node_categorical_cross_entropy(g, net->targets, net->probabilities, e), e);
    if (tied) /* every parameter has to matter */
        net->cost = node_add(g, net->cost, node_sum(g, node_sqr(g, p[2], e), e), e);
    ck_assert_msg(graph_gradient(g, net->cost, p, PARAMETERS, net->outputs, e), "%s", e->message);
    net->output_count = PARAMETERS;
    net->outputs[net->output_count++] = net->cost;
    if (kind != NOTHING)
        net->outputs[net->output_count++] = beside(net, kind);
    bench_allocate(bench);
    for (int i = 0; i < PARAMETERS; i++) {
        net->variables[i] = variables_find(bench->variables, names[i]);
        net->taken[i] = calloc((size_t)tensor_elements(&net->variables[i]->value), 1);
        for (int64_t k = 0; k < tensor_elements(&net->variables[i]->value); k++)
            tensor_write(&net->variables[i]->value, k, (double)(k * 29 % 83) / 400 - 0.1);
    }
}

static void close(struct net *net)
{
    bench_close(&net->bench);
    team_stop(net->team);
    for (int i = 0; i < PARAMETERS; i++)
        free(net->taken[i]);
}

/* v -= g / 8, in the dtype of both; leaves something else in g. */
static void take(void *context, size_t output, void *elements, int64_t begin, int64_t end, double *squares)
{
    struct net *net = context;
    const struct tensor *value = &net->variables[output]->value;
    const struct tensor given = { value->dtype, { 1, { end - begin } }, elements };

    for (int64_t i = begin; i < end; i++) {
        const double g = tensor_read(&given, i - begin);

        if (squares)
            *squares += g * g;
        net->taken[output][i]++;
        if (value->dtype == DTYPE_FLOAT32) {
            ((float *)value->data)[i] -= ((float *)elements)[i - begin] / 8;
            ((float *)elements)[i - begin] = NAN;
        } else {
            ((double *)value->data)[i] -= ((double *)elements)[i - begin] / 8;
            ((double *)elements)[i - begin] = (double)NAN;
        }
    }
}

static void compile(struct net *net, size_t members, bool taken)
{
    const struct variable *const *variables = (const struct variable *const *)net->variables;
    const struct function_taker taker = { PARAMETERS, variables, take, net };
    struct tensor destinations[OUTPUTS_MAX] = { 0 };

    for (int i = 0; i < PARAMETERS; i++)
        destinations[i] = net->variables[i]->gradient;
    net->team = members > 1 ? team_start(members, &net->bench.err) : NULL;
    graph_use_team(net->bench.graph, net->team);
    bench_compile(&net->bench, net->outputs, net->output_count,
                  &(struct function_options){
                      .destinations = destinations, .share_always = true, .taker = taken ? &taker : NULL });
}

static bool all_taken(const struct net *net, size_t index, unsigned char times)
{
    const int64_t elements = tensor_elements(&net->variables[index]->value);

    for (int64_t k = 0; k < elements; k++)
        if (net->taken[index][k] != times)
            return false;
    return true;
}

static void call(struct net *net)
{
    for (int i = 0; i < PARAMETERS; i++)
        memset(net->taken[i], 0, (size_t)tensor_elements(&net->variables[i]->value));
    bench_call(&net->bench);
    for (size_t i = 0; i < PARAMETERS && !function_hands_over(net->bench.function); i++)
        take(net, i, net->variables[i]->gradient.data, 0, tensor_elements(&net->variables[i]->value), NULL);
    for (size_t i = 0; i < PARAMETERS; i++)
        ck_assert_msg(all_taken(net, i, 1), "not every element of %s was taken once", names[i]);
}

/* Both nets make the same calls; then parameters and other outputs have the same bits. */
static void check_alike(enum dtype real, enum beside kind, bool tied, size_t members)
{
    struct net plain, taken;

    build(&plain, real, kind, tied);
    build(&taken, real, kind, tied);
    compile(&plain, members, false);
    compile(&taken, members, true);
    ck_assert(!function_hands_over(plain.bench.function));
    ck_assert(function_hands_over(taken.bench.function) == (kind != A_GRADIENT));
    for (int i = 0; i < CALLS; i++) {
        /* Fewer rows in between; the observed values before gradients are overwritten by `take`. */
        plain.bench.sources[0].tensor.shape.dims[0] = taken.bench.sources[0].tensor.shape.dims[0] =
            plain.bench.sources[1].tensor.shape.dims[0] = taken.bench.sources[1].tensor.shape.dims[0] =
                i == 1 ? 13 : ROWS;
        call(&plain);
        call(&taken);
        for (size_t k = PARAMETERS; k < plain.output_count && kind != A_GRADIENT; k++) {
            const struct tensor *value = function_output(plain.bench.function, k);

            if (kind == NORM_OF_A_GRADIENT && k > PARAMETERS) /* added up in another order */
                ck_assert_double_eq_tol(tensor_read(value, 0),
                                        tensor_read(function_output(taken.bench.function, k), 0),
                                        tensor_read(value, 0) * (real == DTYPE_FLOAT32 ? 1e-6 : 1e-12));
            else
                ck_assert_mem_eq(value->data, function_output(taken.bench.function, k)->data,
                                 tensor_bytes(value));
        }
    }
    for (int i = 0; i < PARAMETERS; i++)
        ck_assert_mem_eq(plain.variables[i]->value.data, taken.variables[i]->value.data,
                         tensor_bytes(&plain.variables[i]->value));
    close(&plain);
    close(&taken);
}

START_TEST(variables_get_the_same_bits)
{
    for (size_t members = 1; members <= 3; members++) {
        check_alike(DTYPE_FLOAT32, (enum beside)_i, false, members);
        check_alike(DTYPE_FLOAT64, (enum beside)_i, false, members);
        check_alike(DTYPE_FLOAT32, (enum beside)_i, true, members);
    }
}
END_TEST

/* Gradients of large weights, the last ones to be read, go from hand to hand; small ones behind all steps. */
START_TEST(large_products_are_handed_over_at_once)
{
    static const struct {
        enum beside kind;
        int steps;
    } cases[] = { { NOTHING, 5 }, { SUM_OF_A_PARAMETER, 4 }, { NORM_OF_A_GRADIENT, 5 }, { ERROR_RATE, 0 } };
    struct text text = { 0 };
    struct net net;
    int count = 0;

    build(&net, DTYPE_FLOAT32, cases[_i].kind, false);
    compile(&net, 2, true);
    call(&net);
    function_describe(net.bench.function, &text);
    for (const char *at = text_bytes(&text); (at = strstr(at, "handed over")); at++)
        count++;
    ck_assert_msg(count == cases[_i].steps, "%d steps hand over:\n%s", count, text_bytes(&text));
    text_fini(&text);
    close(&net);
}
END_TEST

/* The label fails members at different moments, before the gradients and, in the error rate, behind them. */
START_TEST(a_call_that_fails_hands_nothing_over)
{
    struct net net;

    build(&net, DTYPE_FLOAT32, _i % 2 ? ERROR_RATE : NOTHING, false);
    compile(&net, 1 + (size_t)_i / 2, true);
    for (int repeat = 0; repeat < 10; repeat++) {
        const struct batch batch = { net.bench.sources, 2, 0 };

        call(&net);
        memset(net.taken[0], 0, (size_t)tensor_elements(&net.variables[0]->value));
        tensor_write(&net.bench.sources[1].tensor, ROWS - 1 - repeat, 12);
        ck_assert(!function_call(net.bench.function, &batch, &net.bench.err));
        ck_assert(all_taken(&net, 0, 0));
        tensor_write(&net.bench.sources[1].tensor, ROWS - 1 - repeat, 1);
    }
    close(&net);
}
END_TEST

Suite *hand_over_suite(void)
{
    Suite *suite = suite_create("results handed over");
    TCase *tests = tcase_create("hand over");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, bench_start_blas, NULL);
    tcase_add_loop_test(tests, variables_get_the_same_bits, 0, BESIDES);
    tcase_add_loop_test(tests, large_products_are_handed_over_at_once, 0, 4);
    tcase_add_loop_test(tests, a_call_that_fails_hands_nothing_over, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
