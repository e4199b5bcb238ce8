/* engine/graph/ops/cast.c -- from one dtype to another.  No gradient flows through. */
#include "engine/graph/node.h"

static bool cast_run(const struct call *call, struct error *err)
{
    (void)err;
    tensor_convert(call->inputs[0], call->outputs[0]);
    return true;
}

static const struct operation cast_operation = {
    .name = "cast", .flat = true, .infer = infer_same, .run = cast_run, .share = share_rows
};

struct node *node_cast(struct graph *graph, struct node *x, enum dtype dtype, struct error *err)
{
    if (!x || x->dtype == dtype)
        return x;
    if (dtype != graph_real(graph) && dtype != DTYPE_INT64) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "cannot cast to %s: a graph computes in %s and int64",
              dtype_name(dtype), dtype_name(graph_real(graph)));
        return NULL;
    }
    return graph_apply_one(graph, &cast_operation, &x, 1, NULL, dtype, err);
}

struct node *node_real(struct graph *graph, struct node *x, struct error *err)
{
    return node_cast(graph, x, graph_real(graph), err);
}

struct node *node_integer(struct graph *graph, struct node *x, struct error *err)
{
    return node_cast(graph, x, DTYPE_INT64, err);
}
