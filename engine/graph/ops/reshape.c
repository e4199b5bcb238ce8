/* engine/graph/ops/reshape.c -- other shapes for the same elements in the same order: views.
 *
 * Attributes: RANK, then one code per axis of the result: a length, DIMENSION_REST, DIMENSION_SAME(axis of
 * operand 0) or LIKE(axis of operand 1). */
#include "engine/graph/node.h"

#include <string.h>

enum { RANK, CODES };
#define LIKE(axis) (-2 - TENSOR_RANK_MAX - (axis))

/* The length that a code stands for; -1 for DIMENSION_REST. */
static int64_t length_of(int64_t code, const struct shape *inputs)
{
    if (code >= DIMENSION_REST)
        return code;
    if (code > LIKE(0))
        return inputs[0].dims[-2 - code];
    return inputs[1].dims[-2 - TENSOR_RANK_MAX - code];
}

static bool reshape_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    const int64_t *integers = apply->attributes.integers;
    const int64_t elements = shape_elements(&inputs[0]);
    struct shape *out = &outputs[0], known = { .rank = 0 };
    int64_t product;
    int rest = -1;

    out->rank = (int)integers[RANK];
    for (int axis = 0; axis < out->rank; axis++) {
        out->dims[axis] = length_of(integers[CODES + axis], inputs);
        if (out->dims[axis] == DIMENSION_REST)
            rest = axis;
        else
            known.dims[known.rank++] = out->dims[axis];
    }
    if (!shape_count(&known, &product))
        return raise_shapes(err, "reshape", &inputs[0], NULL, "the new shape has too many elements");
    if (rest >= 0) {
        out->dims[rest] = product > 0 ? elements / product : 0;
        product *= out->dims[rest];
    }
    if (product != elements)
        return raise_shapes(err, "reshape", &inputs[0], out, "%lld elements do not fill the new shape",
                            (long long)elements);
    return true;
}

static bool reshape_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                             struct node **inputs, struct error *err)
{
    inputs[0] = node_reshape_like(graph, outputs[0], apply->inputs[0], err);
    return inputs[0] != NULL;
}

static const struct operation reshape_operation = {
    .name = "reshape",
    .kind = OPERATION_VIEW,
    .shape_only = 1U << 1,
    .infer = reshape_infer,
    .gradient = reshape_gradient,
};

struct node *node_reshape(struct graph *graph, struct node *x, const int64_t *dims, int rank,
                          struct error *err)
{
    struct attributes attributes;
    int rests = 0;

    if (!x)
        return NULL;
    memset(&attributes, 0, sizeof attributes);
    if (rank < 0 || rank > TENSOR_RANK_MAX) {
        RAISE(err, ERROR_SHAPE, NULL, "reshape to %d axes: at most %d are possible", rank,
              (int)TENSOR_RANK_MAX);
        return NULL;
    }
    attributes.integers[RANK] = rank;
    for (int axis = 0; axis < rank; axis++) {
        if (dims[axis] <= DIMENSION_SAME(x->shape.rank)) {
            raise_shapes(err, "reshape", &x->shape, NULL, "a length cannot be %lld", (long long)dims[axis]);
            return NULL;
        }
        rests += dims[axis] == DIMENSION_REST;
        attributes.integers[CODES + axis] = dims[axis];
    }
    if (rests > 1) {
        raise_shapes(err, "reshape", &x->shape, NULL, "only one length can be -1");
        return NULL;
    }
    return graph_apply_one(graph, &reshape_operation, &x, 1, &attributes, x->dtype, err);
}

struct node *node_reshape_like(struct graph *graph, struct node *x, struct node *like, struct error *err)
{
    struct node *const inputs[] = { x, like };
    struct attributes attributes;

    if (!x || !like)
        return NULL;
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[RANK] = like->shape.rank;
    for (int axis = 0; axis < like->shape.rank; axis++)
        attributes.integers[CODES + axis] = LIKE(axis);
    return graph_apply_one(graph, &reshape_operation, inputs, 2, &attributes, x->dtype, err);
}

struct node *node_split_leading(struct graph *graph, struct node *x, struct node *like, struct error *err)
{
    struct node *const inputs[] = { x, like };
    struct attributes attributes;
    int rank = 0;

    if (!x || !like)
        return NULL;
    memset(&attributes, 0, sizeof attributes);
    for (; rank < like->shape.rank - 1; rank++)
        attributes.integers[CODES + rank] = LIKE(rank);
    for (int axis = 1; axis < x->shape.rank; axis++)
        attributes.integers[CODES + rank++] = DIMENSION_SAME(axis);
    attributes.integers[RANK] = rank;
    return graph_apply_one(graph, &reshape_operation, inputs, 2, &attributes, x->dtype, err);
}

struct node *node_flatten(struct graph *graph, struct node *x, int rank, struct error *err)
{
    int64_t dims[TENSOR_RANK_MAX];

    if (!x)
        return NULL;
    if (rank < 1 || rank > TENSOR_RANK_MAX) {
        RAISE(err, ERROR_SHAPE, NULL, "flatten to %d axes: 1 to %d are possible", rank, (int)TENSOR_RANK_MAX);
        return NULL;
    }
    for (int axis = 0; axis < rank - 1; axis++)
        dims[axis] = axis < x->shape.rank ? DIMENSION_SAME(axis) : 1;
    dims[rank - 1] = DIMENSION_REST;
    return node_reshape(graph, x, dims, rank, err);
}
