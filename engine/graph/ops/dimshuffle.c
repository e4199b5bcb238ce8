/* engine/graph/ops/dimshuffle.c -- axes in another order, with new ones of length 1, without old ones of
 * length 1.
 *
 * Where no axis longer than 1 changes its place, the result is a view.  Attributes: RANK, then the order. */
#include "engine/graph/ops/dimshuffle.h"

#include <string.h>

enum { RANK, ORDER };

static bool dimshuffle_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                             struct error *err)
{
    const int64_t *integers = apply->attributes.integers;
    bool used[TENSOR_RANK_MAX] = { false };

    outputs[0].rank = (int)integers[RANK];
    for (int axis = 0; axis < outputs[0].rank; axis++) {
        const int64_t from = integers[ORDER + axis];
        outputs[0].dims[axis] = from == AXIS_NEW ? 1 : inputs[0].dims[from];
        if (from != AXIS_NEW)
            used[from] = true;
    }
    for (int axis = 0; axis < inputs[0].rank; axis++)
        if (!used[axis] && inputs[0].dims[axis] != 1)
            return raise_shapes(err, "dimshuffle", &inputs[0], NULL,
                                "axis %d of length %lld cannot be left out", axis,
                                (long long)inputs[0].dims[axis]);
    return true;
}

/* Copies the axes from `axis` on; `strides` are those of x in the order of the result. */
static void copy_axes(const char *x, char **out, const struct shape *shape, const int64_t *strides, int axis,
                      size_t bytes)
{
    if (axis == shape->rank) {
        memcpy(*out, x, bytes);
        *out += bytes;
        return;
    }
    if (axis == shape->rank - 1 && strides[axis] == 1) {
        memcpy(*out, x, (size_t)shape->dims[axis] * bytes);
        *out += (size_t)shape->dims[axis] * bytes;
        return;
    }
    for (int64_t i = 0; i < shape->dims[axis]; i++)
        copy_axes(x + (size_t)(i * strides[axis]) * bytes, out, shape, strides, axis + 1, bytes);
}

static bool dimshuffle_run(const struct call *call, struct error *err)
{
    const struct shape *x = &call->inputs[0]->shape;
    struct shape out = call->outputs[0]->shape;
    const size_t bytes = dtype_bytes(call->inputs[0]->dtype);
    int64_t own[TENSOR_RANK_MAX], strides[TENSOR_RANK_MAX] = { 0 }, stride = 1;
    const char *from = call->inputs[0]->data;
    char *to = call->outputs[0]->data;

    (void)err;
    for (int axis = x->rank - 1; axis >= 0; axis--) {
        own[axis] = stride;
        stride *= x->dims[axis];
    }
    for (int axis = 0; axis < out.rank; axis++) {
        const int64_t source = call->apply->attributes.integers[ORDER + axis];
        strides[axis] = source == AXIS_NEW ? 0 : own[source];
    }
    if (call->partial) {
        to += tensor_bytes(call->outputs[0]) / (size_t)out.dims[0] * (size_t)call->begin;
        from += (size_t)(call->begin * strides[0]) * bytes;
        out.dims[0] = call->end - call->begin;
    }
    copy_axes(from, &to, &out, strides, 0, bytes);
    return true;
}

/* By positions on the first axis of the result. */
static struct sharing dimshuffle_share(const struct apply *apply, const struct shape *inputs,
                                       const struct shape *outputs)
{
    struct sharing sharing = share_rows(apply, inputs, outputs);

    sharing.kind = SHARE_PARTS;
    return sharing;
}

static bool dimshuffle_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                struct node **inputs, struct error *err)
{
    const int64_t *integers = apply->attributes.integers;
    int order[TENSOR_RANK_MAX];

    for (int axis = 0; axis < apply->inputs[0]->shape.rank; axis++)
        order[axis] = AXIS_NEW;
    for (int axis = 0; axis < integers[RANK]; axis++)
        if (integers[ORDER + axis] != AXIS_NEW)
            order[integers[ORDER + axis]] = axis;
    inputs[0] = node_dimshuffle(graph, outputs[0], order, apply->inputs[0]->shape.rank, err);
    return inputs[0] != NULL;
}

static const struct operation dimshuffle_view = {
    .name = "dimshuffle",
    .kind = OPERATION_VIEW,
    .infer = dimshuffle_infer,
    .gradient = dimshuffle_gradient,
};
static const struct operation dimshuffle_copy = {
    .name = "dimshuffle",
    .infer = dimshuffle_infer,
    .gradient = dimshuffle_gradient,
    .run = dimshuffle_run,
    .share = dimshuffle_share,
};

static bool order_fits(const struct node *x, const int *order, int rank, struct error *err)
{
    bool used[TENSOR_RANK_MAX] = { false };

    if (rank < 0 || rank > TENSOR_RANK_MAX)
        return RAISE(err, ERROR_SHAPE, NULL, "dimshuffle to %d axes: at most %d are possible", rank,
                     (int)TENSOR_RANK_MAX);
    for (int axis = 0; axis < rank; axis++) {
        if (order[axis] == AXIS_NEW)
            continue;
        if (order[axis] < 0 || order[axis] >= x->shape.rank)
            return raise_shapes(err, "dimshuffle", &x->shape, NULL, "there is no axis %d", order[axis]);
        if (used[order[axis]])
            return raise_shapes(err, "dimshuffle", &x->shape, NULL, "axis %d is named twice", order[axis]);
        used[order[axis]] = true;
    }
    return true;
}

struct node *node_dimshuffle(struct graph *graph, struct node *x, const int *order, int rank,
                             struct error *err)
{
    struct attributes attributes;
    int last = -1;
    bool moves = false, same;

    if (!x || !order_fits(x, order, rank, err))
        return NULL;
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[RANK] = rank;
    same = rank == x->shape.rank;
    for (int axis = 0; axis < rank; axis++) {
        attributes.integers[ORDER + axis] = order[axis];
        same = same && order[axis] == axis;
        if (order[axis] == AXIS_NEW || x->shape.dims[order[axis]] == 1)
            continue;
        moves = moves || order[axis] < last;
        last = order[axis];
    }
    if (same)
        return x;
    return graph_apply_one(graph, moves ? &dimshuffle_copy : &dimshuffle_view, &x, 1, &attributes, x->dtype,
                           err);
}

struct node *node_transposed_from(struct node *x)
{
    const struct apply *apply = x->apply;

    if (!apply || (apply->operation != &dimshuffle_copy && apply->operation != &dimshuffle_view))
        return NULL;
    if (apply->inputs[0]->shape.rank != 2 || apply->attributes.integers[RANK] != 2 ||
        apply->attributes.integers[ORDER] != 1 || apply->attributes.integers[ORDER + 1] != 0)
        return NULL;
    return apply->inputs[0];
}
