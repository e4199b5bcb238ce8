/* engine/graph/ops/random.c -- dropout and noise, from counted random streams.
 *
 * The n-th number of a stream is a hash of its seed and n (Steele, Lea and Flood 2014, SplitMix64), so a
 * stream's whole state is how far it has come.  Operands: x for its shape, the state (seed, draws so far).
 * Attribute: REAL. */
#include "engine/graph/node.h"

#include <math.h>
#include <string.h>

static uint64_t random_bits(uint64_t seed, uint64_t index)
{
    uint64_t z = seed * UINT64_C(0xd1342543de82ef95) + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Reserves as many draws as the result has elements; gives the first of them. */
static uint64_t reserve(const struct call *call, int64_t draws, uint64_t *out_seed)
{
    int64_t *state = call->inputs[1]->data;
    const uint64_t first = (uint64_t)state[1];

    *out_seed = (uint64_t)state[0];
    state[1] += draws;
    return first;
}

/* 1 with probability 1 - REAL, else 0 */
static bool mask_run(const struct call *call, struct error *err)
{
    const struct tensor *out = call->outputs[0];
    const int64_t count = tensor_elements(out);
    const uint64_t bound = (uint64_t)(call->apply->attributes.real * 0x1p53);
    uint64_t seed, first = reserve(call, count, &seed);

    (void)err;
    if (out->dtype == DTYPE_FLOAT32) {
        for (int64_t i = 0; i < count; i++)
            ((float *)out->data)[i] = random_bits(seed, first + (uint64_t)i) >> 11 >= bound ? 1 : 0;
    } else {
        for (int64_t i = 0; i < count; i++)
            ((double *)out->data)[i] = random_bits(seed, first + (uint64_t)i) >> 11 >= bound ? 1 : 0;
    }
    return true;
}

/* Normal with mean 0 and standard deviation REAL, by Box and Muller's transformation. */
static bool normal_run(const struct call *call, struct error *err)
{
    const int64_t count = tensor_elements(call->outputs[0]);
    uint64_t seed, first = reserve(call, 2 * count, &seed);

    (void)err;
    for (int64_t i = 0; i < count; i++) {
        const uint64_t index = first + 2 * (uint64_t)i;
        const double above_0 = ((double)(random_bits(seed, index) >> 11) + 1) * 0x1p-53;
        const double angle = (double)(random_bits(seed, index + 1) >> 11) * 0x1p-53 * 6.283185307179586477;

        tensor_write(call->outputs[0], i,
                     call->apply->attributes.real * sqrt(-2 * log(above_0)) * cos(angle));
    }
    return true;
}

static const struct operation mask_operation = {
    .name = "dropout", .unique = true, .shape_only = 1, .infer = infer_same, .run = mask_run
};
static const struct operation normal_operation = {
    .name = "noise", .unique = true, .shape_only = 1, .infer = infer_same, .run = normal_run
};

static struct node *draw(struct graph *graph, const struct operation *operation, struct node *x, double real,
                         struct error *err)
{
    struct node *const operands[] = { x, node_random_stream(graph, err) };
    struct attributes attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.real = real;
    return graph_apply_one(graph, operation, operands, 2, &attributes, graph_real(graph), err);
}

struct node *node_dropout(struct graph *graph, struct node *x, double drop_probability, double divisor,
                          struct error *err)
{
    x = node_real(graph, x, err);
    if (!x)
        return NULL;
    if (!(drop_probability >= 0 && drop_probability < 1)) {
        RAISE(err, ERROR_OUT_OF_RANGE, NULL, "dropout: the probability %g is not between 0 and below 1",
              drop_probability);
        return NULL;
    }
    if (graph_mode(graph) == GRAPH_EVALUATION)
        return x;
    if (divisor == 0)
        divisor = 1 - drop_probability;
    x = node_multiply(graph, x, draw(graph, &mask_operation, x, drop_probability, err), err);
    return node_divide(graph, x, node_constant(graph, divisor), err);
}

struct node *node_noise(struct graph *graph, struct node *x, double std, struct error *err)
{
    x = node_real(graph, x, err);
    if (!x)
        return NULL;
    if (!(std >= 0 && std < (double)INFINITY)) {
        RAISE(err, ERROR_OUT_OF_RANGE, NULL, "noise: the standard deviation %g is not a number from 0 on",
              std);
        return NULL;
    }
    if (graph_mode(graph) == GRAPH_EVALUATION)
        return x;
    return node_add(graph, x, draw(graph, &normal_operation, x, std, err), err);
}
