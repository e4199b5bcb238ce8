/* engine/graph/ops/recurrent.c -- see recurrent.h. */
#include "engine/graph/ops/recurrent.h"

#include <string.h>

#include "engine/tensor/blas.h"

/* ---- Running ---- */

struct recurrent_optional recurrent_optional(const struct call *call, size_t fixed)
{
    const int64_t *integers = call->apply->attributes.integers;
    struct recurrent_optional optional = { .mask = NULL };

    for (int i = 0; i < 2; i++)
        if (integers[RECURRENT_ARRIVING] >> i & 1)
            optional.arriving[i] = call->inputs[fixed++];
    if (integers[RECURRENT_MASKED])
        optional.mask = call->inputs[fixed];
    return optional;
}

const void *recurrent_before(const struct apply *apply, const struct tensor *sequence,
                             const struct tensor *initial, int64_t step, int64_t first)
{
    if (step == 0)
        return recurrent_row(initial, first);
    return recurrent_at(sequence, recurrent_time(apply, step - 1, sequence->shape.dims[0]), first);
}

void *recurrent_take(const struct tensor *x, const struct tensor *kept, int64_t time,
                     struct recurrent_rows rows)
{
    void *to = recurrent_at(kept, time, rows.first);

    if (kept->data != x->data)
        memcpy(to, recurrent_at(x, time, rows.first),
               (size_t)(rows.count * x->shape.dims[2]) * dtype_bytes(x->dtype));
    return to;
}

void *recurrent_zeros(const struct tensor *state, struct recurrent_rows rows)
{
    return memset(recurrent_row(state, rows.first), 0,
                  (size_t)rows.count * recurrent_row_bytes(state, state->shape.dims[0]));
}

/* A leaky rectifier with leak 1 is the identity, also in its slope. */
static const struct {
    enum kernel_unary forward;
    enum kernel_binary slope;
    bool from_result;
} activations[ACTIVATION_COUNT] = {
    [ACTIVATION_IDENTITY] = { KERNEL_copy, KERNEL_leaky_rectifier_gradient, true },
    [ACTIVATION_TANH] = { KERNEL_tanh, KERNEL_tanh_gradient, true },
    [ACTIVATION_LOGISTIC] = { KERNEL_logistic, KERNEL_logistic_gradient, true },
    [ACTIVATION_RECTIFIER] = { KERNEL_rectifier, KERNEL_rectifier_gradient, false },
    [ACTIVATION_SOFTPLUS] = { KERNEL_softplus, KERNEL_softplus_gradient, false },
    [ACTIVATION_LEAKY_RECTIFIER] = { KERNEL_leaky_rectifier, KERNEL_leaky_rectifier_gradient, false },
};

struct cell_activation recurrent_activation(const struct call *call, int attribute)
{
    const int64_t *integers = call->apply->attributes.integers;
    const int64_t kind = integers[attribute];
    double leak;

    memcpy(&leak, &integers[attribute + 1], sizeof leak);
    return (struct cell_activation){
        .forward = call->kernels->unary[activations[kind].forward],
        .slope = call->kernels->binary[activations[kind].slope],
        .from_result = activations[kind].from_result,
        .parameter = kind == ACTIVATION_IDENTITY ? 1 : leak,
    };
}

void recurrent_product(const struct tensor *w, bool transposed, int64_t rows, const void *a, void *out)
{
    const struct product product = {
        .dtype = w->dtype,
        .transpose_b = transposed,
        .accumulate = true,
        .m = rows,
        .n = w->shape.dims[transposed ? 0 : 1],
        .k = w->shape.dims[transposed ? 1 : 0],
    };

    blas_product(&product, a, w->data, out);
}

struct sharing recurrent_share(const struct shape *inputs, const struct shape *weights)
{
    enum { WORK_OF_CELL = 40 }; /* per input */
    const double elements = (double)shape_elements(inputs);

    return (struct sharing){ SHARE_SEQUENCES, inputs->dims[1],
                             elements * (2 * (double)weights->dims[0] + WORK_OF_CELL) };
}

/* ---- Shapes ---- */

bool recurrent_check(const char *name, const struct shape *inputs, const struct shape *w, int64_t factor,
                     struct error *err)
{
    if (inputs->rank != 3)
        return raise_shapes(err, name, inputs, NULL, "inputs need three axes: time, batch, width");
    if (w->rank != 2 || w->dims[1] != factor * w->dims[0] || inputs->dims[2] != w->dims[1])
        return raise_shapes(err, name, inputs, w, "the inputs have to be as wide as the weights, (dim, %s%s)",
                            factor == 1   ? ""
                            : factor == 2 ? "2 "
                                          : "4 ",
                            "dim");
    if (inputs->dims[0] > 0 && inputs->dims[1] > BLAS_EXTENT_MAX / inputs->dims[0])
        return raise_shapes(err, name, inputs, NULL, "there are more than %d rows in all steps",
                            (int)BLAS_EXTENT_MAX);
    return true;
}

bool recurrent_check_state(const char *name, const struct shape *inputs, const struct shape *w,
                           const struct shape *state, struct error *err)
{
    if (state->rank == 2 && state->dims[0] == inputs->dims[1] && state->dims[1] == w->dims[0])
        return true;
    return raise_shapes(err, name, inputs, state, "an initial state has to be (dim) or (batch, dim)");
}

bool recurrent_check_mask(const char *name, const struct shape *inputs, const struct shape *mask,
                          struct error *err)
{
    if (mask->rank == 2 && mask->dims[0] == inputs->dims[0] && mask->dims[1] == inputs->dims[1])
        return true;
    return raise_shapes(err, name, inputs, mask, "a mask has to be (time, batch)");
}

/* ---- Building ---- */

static void write_activation(const struct activation *activation, int64_t *out)
{
    out[0] = activation->kind;
    memcpy(&out[1], &activation->leak, sizeof activation->leak);
}

static void write_attributes(const struct recurrence *recurrence, struct attributes *out)
{
    memset(out, 0, sizeof *out);
    out->integers[RECURRENT_REVERSE] = recurrence->reverse;
    out->integers[RECURRENT_MASKED] = recurrence->mask != NULL;
    write_activation(&recurrence->activation, &out->integers[RECURRENT_ACTIVATION]);
    write_activation(&recurrence->gate_activation, &out->integers[RECURRENT_GATE]);
}

struct node *recurrent_initial(struct graph *graph, const char *name, struct node *inputs, struct node *state,
                               int64_t dim, struct error *err)
{
    struct node *like;

    state = node_real(graph, state, err);
    if (!state || node_rank(state) == 2)
        return state;
    if (node_rank(state) != 1 || node_dim(state, 0) != dim) {
        raise_shapes(err, name, node_shape(inputs), node_shape(state),
                     "an initial state has to be (dim) or (batch, dim)");
        return NULL;
    }
    /* One step of the inputs, as wide as a state: for its shape. */
    like = node_slice(graph, node_at(graph, inputs, 0, err), 1, 0, dim, err);
    return node_fill(graph, state, like, err);
}

struct apply *recurrent_apply(struct graph *graph, const struct operation *operation,
                              const struct recurrence *recurrence, struct node **operands, size_t fixed,
                              struct error *err)
{
    struct attributes attributes;

    for (size_t i = 0; i < fixed; i++)
        if (!operands[i])
            return NULL;
    write_attributes(recurrence, &attributes);
    if (recurrence->mask)
        operands[fixed++] = node_real(graph, recurrence->mask, err);
    return graph_apply(graph,
                       &(struct application){ .operation = operation,
                                              .inputs = operands,
                                              .input_count = fixed,
                                              .attributes = &attributes,
                                              .dtype = graph_real(graph) },
                       err);
}

struct apply *recurrent_apply_back(struct graph *graph, const struct operation *operation,
                                   const struct apply *forward, struct node *const *arriving,
                                   size_t arriving_count, struct node **operands, size_t fixed,
                                   struct error *err)
{
    struct attributes attributes = forward->attributes;

    for (size_t i = 0; i < arriving_count; i++) {
        if (!arriving[i])
            continue;
        attributes.integers[RECURRENT_ARRIVING] |= INT64_C(1) << i;
        operands[fixed++] = arriving[i];
    }
    if (attributes.integers[RECURRENT_MASKED])
        operands[fixed++] = forward->inputs[forward->input_count - 1];
    return graph_apply(graph,
                       &(struct application){ .operation = operation,
                                              .inputs = operands,
                                              .input_count = fixed,
                                              .attributes = &attributes,
                                              .dtype = graph_real(graph) },
                       err);
}

/* ---- The gradient of weights: operands states (time, batch, dim), first (batch, dim), d (time, batch, n)
 * ---- */

static bool weights_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    (void)apply;
    (void)err;
    outputs[0] = shape_of(2, inputs[0].dims[2], inputs[2].dims[2]);
    return true;
}

/* Members make rows of the gradient: each from some of the states' columns. */
static bool weights_run(const struct call *call, struct error *err)
{
    const struct tensor *states = call->inputs[0], *initial = call->inputs[1], *d = call->inputs[2];
    const bool reverse = call->apply->attributes.integers[RECURRENT_REVERSE];
    const int64_t steps = states->shape.dims[0], rows = states->shape.dims[1], dim = states->shape.dims[2];
    const size_t bytes = dtype_bytes(states->dtype), begin = call->partial ? (size_t)call->begin : 0;
    struct product product = {
        .dtype = states->dtype,
        .transpose_a = true,
        .m = call->partial ? call->end - call->begin : dim,
        .a_columns = dim,
        .n = d->shape.dims[2],
        .k = steps > 0 ? (steps - 1) * rows : 0,
    };
    char *out = (char *)call->outputs[0]->data + begin * (size_t)product.n * bytes;

    (void)err;
    if (product.k == 0) {
        blas_product(&product, states->data, d->data, out); /* zeros */
        if (steps == 0)
            return true;
    } else {
        blas_product(&product, (char *)recurrent_at(states, reverse ? 1 : 0, 0) + begin * bytes,
                     recurrent_at(d, reverse ? 0 : 1, 0), out);
    }
    product.k = rows;
    product.accumulate = true;
    blas_product(&product, (const char *)initial->data + begin * bytes,
                 recurrent_at(d, reverse ? steps - 1 : 0, 0), out);
    return true;
}

static struct sharing weights_share(const struct apply *apply, const struct shape *inputs,
                                    const struct shape *outputs)
{
    (void)apply;
    return (struct sharing){ SHARE_PARTS, outputs[0].dims[0],
                             2 * (double)shape_elements(&inputs[0]) * (double)inputs[2].dims[2] };
}

static const struct operation weights_operation = {
    .name = "gradient of recurrent weights",
    .infer = weights_infer,
    .run = weights_run,
    .share = weights_share,
};

struct node *recurrent_weight_gradient(struct graph *graph, const struct apply *apply, struct node *states,
                                       struct node *first, struct node *d, struct error *err)
{
    struct node *const operands[] = { states, first, d };
    struct attributes attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.integers[RECURRENT_REVERSE] = apply->attributes.integers[RECURRENT_REVERSE];
    return graph_apply_one(graph, &weights_operation, operands, 3, &attributes, graph_real(graph), err);
}
