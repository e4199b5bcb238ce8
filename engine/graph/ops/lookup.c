/* engine/graph/ops/lookup.c -- rows of a matrix by their numbers; negative ones count from the end. */
#include "engine/graph/node.h"

#include <string.h>

/* The row that `index` names; -1 when there is none. */
static int64_t row_of(int64_t index, int64_t rows)
{
    if (index < -rows || index >= rows)
        return -1;
    return index < 0 ? index + rows : index;
}

/* ---- rows (length, dim), indices (...) to (..., dim) ---- */

static bool lookup_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    (void)apply;
    (void)err;
    outputs[0] = inputs[1];
    outputs[0].dims[outputs[0].rank++] = inputs[0].dims[1];
    return true;
}

static bool lookup_run(const struct call *call, struct error *err)
{
    const struct tensor *rows = call->inputs[0], *indices = call->inputs[1];
    const int64_t length = rows->shape.dims[0], count = tensor_elements(indices);
    const size_t row_bytes = (size_t)rows->shape.dims[1] * dtype_bytes(rows->dtype);
    char *out = call->outputs[0]->data;

    for (int64_t i = 0; i < count; i++, out += row_bytes) {
        const int64_t index = ((const int64_t *)indices->data)[i], row = row_of(index, length);

        if (row < 0)
            return RAISE(err, ERROR_TRAINING, NULL, "index %lld is not one of %lld rows", (long long)index,
                         (long long)length);
        memcpy(out, (const char *)rows->data + (size_t)row * row_bytes, row_bytes);
    }
    return true;
}

/* ---- Its gradient: rows (for their shape), indices, gradient of the result; sums in the order of the
 * indices. Indices out of range have failed the lookup before. ---- */

static bool add_rows_run(const struct call *call, struct error *err)
{
    const struct tensor *indices = call->inputs[1], *out = call->outputs[0];
    const int64_t length = out->shape.dims[0], dim = out->shape.dims[1], count = tensor_elements(indices);
    const size_t row_bytes = (size_t)dim * dtype_bytes(out->dtype);
    const char *gradient = call->inputs[2]->data;

    memset(out->data, 0, tensor_bytes(out));
    for (int64_t i = 0; i < count; i++, gradient += row_bytes) {
        const int64_t index = ((const int64_t *)indices->data)[i], row = row_of(index, length);
        char *sum = (char *)out->data + (size_t)row * row_bytes;

        if (row < 0)
            return RAISE(err, ERROR_TRAINING, NULL, "index %lld is not one of %lld rows", (long long)index,
                         (long long)length);
        call->kernels->binary[KERNEL_add](sum, gradient, sum, dim, 0);
    }
    return true;
}

static const struct operation add_rows_operation = {
    .name = "gradient of lookup",
    .shape_only = 1,
    .infer = infer_same,
    .run = add_rows_run,
    .may_fail = true,
};

static bool lookup_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                            struct node **inputs, struct error *err)
{
    struct node *const operands[] = { apply->inputs[0], apply->inputs[1], outputs[0] };

    inputs[0] = graph_apply_one(graph, &add_rows_operation, operands, 3, NULL, graph_real(graph), err);
    return inputs[0] != NULL;
}

static const struct operation lookup_operation = {
    .name = "lookup",
    .infer = lookup_infer,
    .run = lookup_run,
    .share = share_rows,
    .whole = 1,
    .gradient = lookup_gradient,
    .may_fail = true,
};

struct node *node_lookup(struct graph *graph, struct node *rows, struct node *indices, struct error *err)
{
    struct node *operands[2];

    operands[0] = node_real(graph, rows, err);
    operands[1] = operands[0] ? node_integer(graph, indices, err) : NULL;
    if (!operands[1])
        return NULL;
    if (operands[0]->shape.rank != 2 || operands[1]->shape.rank >= TENSOR_RANK_MAX) {
        raise_shapes(err, "lookup", &operands[0]->shape, &operands[1]->shape,
                     "a matrix of rows is needed, and fewer than %d axes of indices", (int)TENSOR_RANK_MAX);
        return NULL;
    }
    return graph_apply_one(graph, &lookup_operation, operands, 2, NULL, graph_real(graph), err);
}
