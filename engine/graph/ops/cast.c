/* engine/graph/ops/cast.c -- from one dtype to another.  No gradient flows through. */
#include "engine/graph/node.h"

#include <math.h>

/* A conversion would cut off fractions, and make any label of a NaN. */
static bool check_whole(const struct call *call, struct error *err)
{
    const struct tensor *in = call->inputs[0];
    const int64_t count = tensor_elements(in),
                  per_row = in->shape.rank > 0 && in->shape.dims[0] > 0 ? count / in->shape.dims[0] : 1;

    for (int64_t i = 0; i < count; i++) {
        const double number = tensor_read(in, i);

        if (!(floor(number) == number && fabs(number) <= 0x1p53))
            return RAISE(err, ERROR_TRAINING, NULL, "%.17g in row %lld is not a whole number, as labels are",
                         number, (long long)(call->begin + i / (per_row ? per_row : 1)));
    }
    return true;
}

static bool cast_run(const struct call *call, struct error *err)
{
    if (call->outputs[0]->dtype == DTYPE_INT64 && dtype_is_real(call->inputs[0]->dtype) &&
        !check_whole(call, err))
        return false;
    tensor_convert(call->inputs[0], call->outputs[0]);
    return true;
}

static const struct operation cast_operation = {
    .name = "cast",
    .flat = true,
    .infer = infer_same,
    .run = cast_run,
    .share = share_rows,
    .may_fail = true,
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
