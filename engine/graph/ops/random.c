/* engine/graph/ops/random.c -- dropout and noise, from counted random streams.
 *
 * Operands: x for its shape, the state (seed, draws so far).  Attribute: REAL.  The draws of a call are
 * reserved when it begins, so that members of a team find theirs by counting. */
#include "engine/graph/node.h"

#include <math.h>
#include <string.h>

enum { STATE = 1, SEED = 0, DRAWN = 1 };

static int64_t *state_of(const struct call *call)
{
    return call->inputs[STATE]->data;
}

/* The elements of the result that a call makes: all, or some rows. */
struct elements {
    int64_t begin, end;
};

static struct elements elements_of(const struct call *call)
{
    const struct tensor *out = call->outputs[0];
    const int64_t count = tensor_elements(out);

    if (!call->partial)
        return (struct elements){ 0, count };
    return (struct elements){ count / out->shape.dims[0] * call->begin,
                              count / out->shape.dims[0] * call->end };
}

static struct sharing random_share(const struct apply *apply, const struct shape *inputs,
                                   const struct shape *outputs)
{
    struct sharing sharing = share_rows(apply, inputs, outputs);

    sharing.kind = SHARE_PARTS;
    return sharing;
}

/* ---- Dropout: 1 with probability 1 - REAL, else 0 ---- */

static void mask_begin(const struct call *call)
{
    state_of(call)[DRAWN] += tensor_elements(call->outputs[0]);
}

static bool mask_run(const struct call *call, struct error *err)
{
    const struct tensor *out = call->outputs[0];
    const struct elements elements = elements_of(call);
    const int64_t first = state_of(call)[DRAWN] - tensor_elements(out) + elements.begin;

    (void)err;
    call->kernels->chosen(
        (uint64_t)state_of(call)[SEED], (uint64_t)first, (uint64_t)(call->apply->attributes.real * 0x1p53),
        (char *)out->data + (size_t)elements.begin * dtype_bytes(out->dtype), elements.end - elements.begin);
    return true;
}

/* ---- Noise: normal with mean 0 and standard deviation REAL, by Box and Muller's transformation ---- */

enum { DRAWS_OF_NORMAL = 2 };

static void normal_begin(const struct call *call)
{
    state_of(call)[DRAWN] += DRAWS_OF_NORMAL * tensor_elements(call->outputs[0]);
}

static bool normal_run(const struct call *call, struct error *err)
{
    const struct tensor *out = call->outputs[0];
    const struct elements elements = elements_of(call);
    const int64_t first = state_of(call)[DRAWN] + DRAWS_OF_NORMAL * (elements.begin - tensor_elements(out));

    (void)err;
    call->kernels->normal((uint64_t)state_of(call)[SEED], (uint64_t)first, call->apply->attributes.real,
                          (char *)out->data + (size_t)elements.begin * dtype_bytes(out->dtype),
                          elements.end - elements.begin);
    return true;
}

static const struct operation mask_operation = {
    .name = "dropout",
    .unique = true,
    .shape_only = 1,
    .infer = infer_same,
    .begin = mask_begin,
    .run = mask_run,
    .share = random_share,
};
static const struct operation normal_operation = {
    .name = "noise",
    .unique = true,
    .shape_only = 1,
    .infer = infer_same,
    .begin = normal_begin,
    .run = normal_run,
    .share = random_share,
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
