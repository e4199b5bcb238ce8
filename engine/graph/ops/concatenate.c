/* engine/graph/ops/concatenate.c -- tensors joined along one axis, and the parts of a gradient.  Attributes:
 * AXIS, PART. */
#include "engine/graph/node.h"

#include <string.h>

enum { AXIS, PART };

static bool concatenate_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                              struct error *err)
{
    const int axis = (int)apply->attributes.integers[AXIS];

    outputs[0] = inputs[0];
    for (size_t i = 1; i < apply->input_count; i++) {
        struct shape same = inputs[i];

        if (same.rank == inputs[0].rank)
            same.dims[axis] = inputs[0].dims[axis];
        if (!shape_equal(&same, &inputs[0]))
            return raise_shapes(err, "concatenate", &inputs[0], &inputs[i], "only axis %d may differ", axis);
        if (__builtin_add_overflow(outputs[0].dims[axis], inputs[i].dims[axis], &outputs[0].dims[axis]))
            return raise_shapes(err, "concatenate", &inputs[0], &inputs[i], "the result is too long");
    }
    return true;
}

/* Bytes of one row, which is all that follows the axes before AXIS, and the number of rows. */
static size_t row_bytes(const struct tensor *tensor, int axis, int64_t *out_rows)
{
    size_t bytes = dtype_bytes(tensor->dtype);

    *out_rows = 1;
    for (int i = 0; i < tensor->shape.rank; i++) {
        if (i < axis)
            *out_rows *= tensor->shape.dims[i];
        else
            bytes *= (size_t)tensor->shape.dims[i];
    }
    return bytes;
}

static bool concatenate_run(const struct call *call, struct error *err)
{
    const int axis = (int)call->apply->attributes.integers[AXIS];
    int64_t rows;
    const size_t stride = row_bytes(call->outputs[0], axis, &rows);
    char *to = call->outputs[0]->data;

    (void)err;
    for (size_t i = 0; i < call->apply->input_count; i++) {
        const size_t bytes = row_bytes(call->inputs[i], axis, &rows);
        const char *from = call->inputs[i]->data;

        for (int64_t row = 0; row < rows; row++)
            memcpy(to + (size_t)row * stride, from + (size_t)row * bytes, bytes);
        to += bytes;
    }
    return true;
}

/* Part PART of operand 0, where the parts are as long as operands 1, 2, ... */
static bool part_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    (void)err;
    outputs[0] = inputs[1 + apply->attributes.integers[PART]];
    return true;
}

static bool part_run(const struct call *call, struct error *err)
{
    const int axis = (int)call->apply->attributes.integers[AXIS];
    const size_t part = (size_t)call->apply->attributes.integers[PART];
    const char *from = call->inputs[0]->data;
    int64_t rows;
    const size_t stride = row_bytes(call->inputs[0], axis, &rows);
    const size_t bytes = row_bytes(call->outputs[0], axis, &rows);

    (void)err;
    for (size_t i = 0; i < part; i++) {
        struct tensor before = *call->inputs[1 + i];
        int64_t unused;
        before.dtype = call->inputs[0]->dtype;
        from += row_bytes(&before, axis, &unused);
    }
    for (int64_t row = 0; row < rows; row++)
        memcpy((char *)call->outputs[0]->data + (size_t)row * bytes, from + (size_t)row * stride, bytes);
    return true;
}

static const struct operation part_operation = {
    .name = "gradient of concatenate",
    .shape_only_rest = true,
    .infer = part_infer,
    .run = part_run,
};

static bool concatenate_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err)
{
    struct node *operands[OPERANDS_MAX];
    struct attributes attributes = apply->attributes;

    operands[0] = outputs[0];
    memcpy(operands + 1, apply->inputs, apply->input_count * sizeof operands[0]);
    for (size_t i = 0; i < apply->input_count; i++) {
        attributes.integers[PART] = (int64_t)i;
        inputs[i] = graph_apply_one(graph, &part_operation, operands, apply->input_count + 1, &attributes,
                                    graph_real(graph), err);
        if (!inputs[i])
            return false;
    }
    return true;
}

static const struct operation concatenate_operation = {
    .name = "concatenate",
    .infer = concatenate_infer,
    .run = concatenate_run,
    .gradient = concatenate_gradient,
};

struct node *node_concatenate(struct graph *graph, struct node *const *nodes, size_t count, int axis,
                              struct error *err)
{
    struct node *reals[OPERANDS_MAX];
    struct attributes attributes;

    if (count < 1 || count >= OPERANDS_MAX) {
        RAISE(err, ERROR_SHAPE, NULL, "concatenate of %zu tensors: 1 to %d are possible", count,
              OPERANDS_MAX - 1);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        reals[i] = node_real(graph, nodes[i], err);
        if (!reals[i])
            return NULL;
    }
    if (axis < -reals[0]->shape.rank || axis >= reals[0]->shape.rank) {
        raise_shapes(err, "concatenate", &reals[0]->shape, NULL, "there is no axis %d", axis);
        return NULL;
    }
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[AXIS] = axis < 0 ? axis + reals[0]->shape.rank : axis;
    return graph_apply_one(graph, &concatenate_operation, reals, count, &attributes, graph_real(graph), err);
}
