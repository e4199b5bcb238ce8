/* engine/graph/ops/softmax.c -- softmax, log_softmax and maxout along the last axis. */
#include "engine/graph/ops/softmax.h"

static int64_t columns_of(const struct tensor *x)
{
    return x->shape.dims[x->shape.rank - 1];
}

static bool rows_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    if (inputs[0].rank == 0 || inputs[0].dims[inputs[0].rank - 1] == 0)
        return raise_shapes(err, apply->operation->name, &inputs[0], NULL, "the last axis holds the classes");
    outputs[0] = inputs[0];
    return true;
}

static bool softmax_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[0];

    (void)err;
    call->kernels->softmax(x->data, call->outputs[0]->data, tensor_elements(x) / columns_of(x),
                           columns_of(x));
    return true;
}

static bool log_softmax_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[0];

    (void)err;
    call->kernels->log_softmax(x->data, call->outputs[0]->data, tensor_elements(x) / columns_of(x),
                               columns_of(x));
    return true;
}

static struct node *row_sums(struct graph *graph, struct node *x, struct error *err)
{
    static const int last = -1;

    return node_reduce(graph, REDUCE_SUM, x, &last, 1, true, err);
}

/* The last axis stays in one piece. */
static struct sharing rows_share(const struct apply *apply, const struct shape *inputs,
                                 const struct shape *outputs)
{
    if (outputs[0].rank > 1)
        return share_rows(apply, inputs, outputs);
    return (struct sharing){ .kind = SHARE_NONE };
}

/* dx = (g - sum of g y over the row) y */
static bool softmax_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                             struct node **inputs, struct error *err)
{
    struct node *y = &apply->outputs[0], *g = outputs[0];
    struct node *projection = row_sums(graph, node_multiply(graph, g, y, err), err);

    inputs[0] = node_multiply(graph, node_subtract(graph, g, projection, err), y, err);
    return inputs[0] != NULL;
}

/* dx = g - e^y * sum of g over the row */
static bool log_softmax_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err)
{
    struct node *y = &apply->outputs[0], *g = outputs[0];
    struct node *spread = node_multiply(graph, node_exp(graph, y, err), row_sums(graph, g, err), err);

    inputs[0] = node_subtract(graph, g, spread, err);
    return inputs[0] != NULL;
}

static const struct operation softmax_operation = {
    .name = "softmax",
    .in_place = true,
    .infer = rows_infer,
    .run = softmax_run,
    .share = rows_share,
    .gradient = softmax_gradient,
};
static const struct operation log_softmax_operation = {
    .name = "log_softmax",
    .in_place = true,
    .infer = rows_infer,
    .run = log_softmax_run,
    .share = rows_share,
    .gradient = log_softmax_gradient,
};

struct node *node_softmax(struct graph *graph, struct node *x, struct error *err)
{
    x = node_real(graph, x, err);
    return graph_apply_one(graph, &softmax_operation, &x, 1, NULL, graph_real(graph), err);
}

struct node *node_log_softmax(struct graph *graph, struct node *x, struct error *err)
{
    x = node_real(graph, x, err);
    return graph_apply_one(graph, &log_softmax_operation, &x, 1, NULL, graph_real(graph), err);
}

struct node *node_softmax_scores(struct node *x)
{
    return x->apply && x->apply->operation == &softmax_operation ? x->apply->inputs[0] : NULL;
}

/* Groups of `pieces` neighbours become an axis of their own, which disappears in the maximum. */
struct node *node_maxout(struct graph *graph, struct node *x, int64_t pieces, struct error *err)
{
    static const int last = -1;
    int64_t dims[TENSOR_RANK_MAX + 1], columns;
    int rank;

    if (!x)
        return NULL;
    rank = x->shape.rank;
    if (rank < 1 || rank >= TENSOR_RANK_MAX || pieces < 1 || pieces > node_dim(x, -1)) {
        raise_shapes(err, "maxout", &x->shape, NULL, "the last axis cannot be cut into groups of %lld",
                     (long long)pieces);
        return NULL;
    }
    columns = node_dim(x, -1) / pieces;
    if (columns * pieces != node_dim(x, -1))
        x = node_slice(graph, x, -1, 0, columns * pieces, err);
    for (int axis = 0; axis < rank - 1; axis++)
        dims[axis] = DIMENSION_SAME(axis);
    dims[rank - 1] = columns;
    dims[rank] = pieces;
    return node_reduce(graph, REDUCE_MAX, node_reshape(graph, x, dims, rank + 1, err), &last, 1, false, err);
}
