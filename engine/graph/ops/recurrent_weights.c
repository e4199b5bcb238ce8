/* engine/graph/ops/recurrent_weights.c -- the gradient of recurrent weights; see recurrent.h.
 *
 * Operands are states (time, batch, dim), first (batch, dim) and d (time, batch, n); the result is (dim, n).
 */
#include "engine/graph/ops/recurrent.h"

#include <string.h>

#include "engine/tensor/blas.h"

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
