/* engine/graph/ops/slice.c -- part of a tensor along one axis, and its way back; a view along the first axis.
 *
 * Attributes: AXIS, START, STOP, EXACT (nonzero: positions beyond the ends are errors, not clipped). */
#include "engine/graph/node.h"

#include <string.h>

enum { AXIS, START, STOP, EXACT };

struct range {
    int64_t start, length;
};

static int64_t clip(int64_t position, int64_t length)
{
    if (position < 0)
        position = position < -length ? 0 : position + length;
    return position > length ? length : position;
}

/* What the slice takes of an axis of that length. */
static struct range range_of(const struct apply *apply, int64_t length)
{
    const int64_t start = clip(apply->attributes.integers[START], length);
    const int64_t stop = clip(apply->attributes.integers[STOP], length);

    return (struct range){ start, stop > start ? stop - start : 0 };
}

/* A tensor seen as (outer, axis, inner). */
struct extents {
    int64_t outer, axis, inner;
};

static struct extents extents_of(const struct shape *shape, int64_t axis)
{
    struct extents extents = { 1, shape->dims[axis], 1 };

    for (int i = 0; i < shape->rank; i++)
        if (i != axis)
            *(i < axis ? &extents.outer : &extents.inner) *= shape->dims[i];
    return extents;
}

static bool slice_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                        struct error *err)
{
    const int64_t axis = apply->attributes.integers[AXIS];
    const struct range range = range_of(apply, inputs[0].dims[axis]);

    if (apply->attributes.integers[EXACT] && range.length == 0)
        return raise_shapes(err, "at", &inputs[0], NULL, "there is no element %lld",
                            (long long)apply->attributes.integers[START]);
    outputs[0] = inputs[0];
    outputs[0].dims[axis] = range.length;
    return true;
}

static int64_t slice_offset(const struct apply *apply, const struct shape *input)
{
    const struct extents e = extents_of(input, 0);

    return range_of(apply, e.axis).start * e.inner;
}

/* Copies `rows` rows of `bytes` between memories with other distances between rows. */
static void copy_rows(const char *from, size_t from_stride, char *to, size_t to_stride, int64_t rows,
                      size_t bytes)
{
    for (int64_t row = 0; row < rows; row++)
        memcpy(to + (size_t)row * to_stride, from + (size_t)row * from_stride, bytes);
}

static bool slice_run(const struct call *call, struct error *err)
{
    const struct extents e = extents_of(&call->inputs[0]->shape, call->apply->attributes.integers[AXIS]);
    const struct range range = range_of(call->apply, e.axis);
    const size_t unit = (size_t)e.inner * dtype_bytes(call->inputs[0]->dtype);
    const size_t part = (size_t)range.length * unit;

    (void)err;
    copy_rows((const char *)call->inputs[0]->data + (size_t)range.start * unit, (size_t)e.axis * unit,
              call->outputs[0]->data, part, e.outer, part);
    return true;
}

/* The gradient of x from that of its slice; operand 1 is x, for its shape. */
static bool spread_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    (void)apply;
    (void)err;
    outputs[0] = inputs[1];
    return true;
}

/* Fills positions `first` to `end` of the first axis of `out`, which is the one that was cut. */
static void spread_first_axis(const struct call *call, struct range range, int64_t first, int64_t end,
                              size_t unit)
{
    const int64_t from = first > range.start ? first : range.start;
    const int64_t to = end < range.start + range.length ? end : range.start + range.length;

    if (from < to)
        memcpy((char *)call->outputs[0]->data + (size_t)from * unit,
               (const char *)call->inputs[0]->data + (size_t)(from - range.start) * unit,
               (size_t)(to - from) * unit);
}

static bool spread_run(const struct call *call, struct error *err)
{
    const struct tensor *out = call->outputs[0];
    const int64_t length = out->shape.dims[0], axis = call->apply->attributes.integers[AXIS];
    const int64_t first = call->partial ? call->begin : 0, end = call->partial ? call->end : length;
    const struct extents e = extents_of(&out->shape, axis);
    const struct range range = range_of(call->apply, e.axis);
    const size_t unit = (size_t)e.inner * dtype_bytes(out->dtype), part = (size_t)range.length * unit;
    const size_t bytes = length > 0 ? tensor_bytes(out) / (size_t)length : 0;
    const int64_t rows = axis > 0 && length > 0 ? e.outer / length : 0; /* of each position */

    (void)err;
    memset((char *)out->data + (size_t)first * bytes, 0, (size_t)(end - first) * bytes);
    if (axis == 0)
        spread_first_axis(call, range, first, end, unit);
    else
        copy_rows((const char *)call->inputs[0]->data + (size_t)(first * rows) * part, part,
                  (char *)out->data + (size_t)first * bytes + (size_t)range.start * unit,
                  (size_t)e.axis * unit, (end - first) * rows, part);
    return true;
}

/* By positions on the first axis. */
static struct sharing spread_share(const struct apply *apply, const struct shape *inputs,
                                   const struct shape *outputs)
{
    struct sharing sharing = share_rows(apply, inputs, outputs);

    sharing.kind = SHARE_PARTS;
    return sharing;
}

static bool spread_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                            struct node **inputs, struct error *err)
{
    const int64_t *integers = apply->attributes.integers;

    inputs[0] = node_slice(graph, outputs[0], (int)integers[AXIS], integers[START], integers[STOP], err);
    return inputs[0] != NULL;
}

static const struct operation spread_operation = {
    .name = "gradient of slice",
    .shape_only = 1U << 1,
    .infer = spread_infer,
    .run = spread_run,
    .share = spread_share,
    .gradient = spread_gradient,
};

static bool slice_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                           struct node **inputs, struct error *err)
{
    struct node *const operands[] = { outputs[0], apply->inputs[0] };

    inputs[0] =
        graph_apply_one(graph, &spread_operation, operands, 2, &apply->attributes, graph_real(graph), err);
    return inputs[0] != NULL;
}

static const struct operation slice_view = {
    .name = "slice",
    .kind = OPERATION_VIEW,
    .infer = slice_infer,
    .view_offset = slice_offset,
    .gradient = slice_gradient,
};
static const struct operation slice_copy = {
    .name = "slice",
    .infer = slice_infer,
    .run = slice_run,
    .gradient = slice_gradient,
};

static struct node *slice(struct graph *graph, struct node *x, int axis, int64_t start, int64_t stop,
                          bool exact, struct error *err)
{
    struct attributes attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.integers[AXIS] = axis;
    attributes.integers[START] = start;
    attributes.integers[STOP] = stop;
    attributes.integers[EXACT] = exact;
    return graph_apply_one(graph, axis == 0 ? &slice_view : &slice_copy, &x, 1, &attributes, x->dtype, err);
}

struct node *node_slice(struct graph *graph, struct node *x, int axis, int64_t start, int64_t stop,
                        struct error *err)
{
    const int own = x && axis < 0 ? axis + x->shape.rank : axis;

    if (!x)
        return NULL;
    if (own < 0 || own >= x->shape.rank) {
        raise_shapes(err, "slice", &x->shape, NULL, "there is no axis %d", axis);
        return NULL;
    }
    return slice(graph, x, own, start, stop, false, err);
}

struct node *node_at(struct graph *graph, struct node *x, int64_t index, struct error *err)
{
    int rest[TENSOR_RANK_MAX];

    if (!x)
        return NULL;
    if (x->shape.rank == 0 || index >= x->shape.dims[0] || index < -x->shape.dims[0]) {
        raise_shapes(err, "at", &x->shape, NULL, "there is no element %lld", (long long)index);
        return NULL;
    }
    for (int axis = 1; axis < x->shape.rank; axis++)
        rest[axis - 1] = axis;
    x = slice(graph, x, 0, index, index == -1 ? SLICE_END : index + 1, true, err);
    return node_dimshuffle(graph, x, rest, x ? x->shape.rank - 1 : 0, err);
}
