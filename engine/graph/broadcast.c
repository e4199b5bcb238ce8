/* engine/graph/broadcast.c -- which shapes go together, and how gradients find their way back. */
#include "engine/graph/node.h"

/* Length of `axis` of the result in an operand of lower or equal rank; missing leading axes count as 1. */
static int64_t aligned_dim(const struct shape *shape, int rank, int axis)
{
    const int own = axis - (rank - shape->rank);

    return own < 0 ? 1 : shape->dims[own];
}

bool infer_same(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                struct error *err)
{
    (void)apply;
    (void)err;
    outputs[0] = inputs[0];
    return true;
}

bool infer_scalar(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                  struct error *err)
{
    (void)apply;
    (void)inputs;
    (void)err;
    outputs[0].rank = 0;
    return true;
}

/* An axis is broadcast where the plan gave an operand length 1 and the result more; all other operands agree.
 */
bool infer_broadcast(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                     struct error *err)
{
    struct shape *out = &outputs[0];

    out->rank = 0;
    for (size_t i = 0; i < apply->input_count; i++)
        if (inputs[i].rank > out->rank)
            out->rank = inputs[i].rank;
    for (int axis = 0; axis < out->rank; axis++) {
        int64_t planned = 1;
        size_t from = 0;

        for (size_t i = 0; i < apply->input_count; i++) {
            const int64_t dim = aligned_dim(&apply->inputs[i]->shape, out->rank, axis);
            if (dim != 1 && planned == 1) {
                planned = dim;
                from = i;
            }
        }
        out->dims[axis] = aligned_dim(&inputs[from], out->rank, axis);
        for (size_t i = 0; i < apply->input_count; i++) {
            const bool spread = aligned_dim(&apply->inputs[i]->shape, out->rank, axis) == 1 && planned != 1;
            const int64_t dim = aligned_dim(&inputs[i], out->rank, axis);
            if (dim != (spread ? 1 : out->dims[axis])) {
                raise_shapes(err, apply->operation->name, &inputs[from], &inputs[i],
                             "%lld and %lld do not broadcast", (long long)out->dims[axis], (long long)dim);
                return error_hint(err,
                                  "Axes are compared from the last one, as in NumPy: lengths are equal or "
                                  "one of them is 1. dimshuffle(x, 0, \"x\") adds an axis.");
            }
        }
    }
    return true;
}

struct node *node_unbroadcast(struct graph *graph, struct node *gradient, struct node *x, struct error *err)
{
    int axes[TENSOR_RANK_MAX], order[TENSOR_RANK_MAX], count = 0;
    const struct shape *from;

    if (!gradient)
        return NULL;
    from = &gradient->shape;
    for (int axis = 0; axis < from->rank; axis++) {
        const int own = axis - (from->rank - x->shape.rank);
        if (own < 0 || (x->shape.dims[own] == 1 && from->dims[axis] != 1))
            axes[count++] = axis;
        if (own >= 0)
            order[own] = axis;
    }
    if (count > 0)
        gradient = node_reduce(graph, REDUCE_SUM, gradient, axes, count, true, err);
    return gradient && from->rank > x->shape.rank
               ? node_dimshuffle(graph, gradient, order, x->shape.rank, err)
               : gradient;
}

/* ---- Fill: x broadcast to the shape of another node, whose data do not matter ---- */

static bool fill_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                          struct node **inputs, struct error *err)
{
    inputs[0] = node_unbroadcast(graph, outputs[0], apply->inputs[0], err);
    return inputs[0] != NULL;
}

const struct operation fill_operation = {
    .name = "broadcast",
    .kind = OPERATION_ELEMENTWISE,
    .shape_only = 1U << 1,
    .kernel = KERNEL_copy,
    .infer = infer_broadcast,
    .gradient = fill_gradient,
};

struct node *node_fill(struct graph *graph, struct node *x, struct node *like, struct error *err)
{
    struct node *const inputs[] = { x, like };

    return graph_apply_one(graph, &fill_operation, inputs, 2, NULL, graph_real(graph), err);
}
