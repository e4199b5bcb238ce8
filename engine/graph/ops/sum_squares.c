/* engine/graph/ops/sum_squares.c -- the sum of all squares in one pass, without the squares in memory;
 * l2_norm.
 *
 * Not shared by a team: the pass takes about as long as waiting for each other would.  Squares of what is
 * handed over are added up by those who make it; see hand_over.c. */
#include "engine/graph/node.h"

static bool sum_squares_run(const struct call *call, struct error *err)
{
    (void)err;
    call->kernels->sum_squares(call->inputs[0]->data, call->outputs[0]->data, 1,
                               tensor_elements(call->inputs[0]));
    return true;
}

/* 2 x, times what arrives. */
static bool sum_squares_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err)
{
    struct node *twice = node_kernel_unary(graph, KERNEL_scale, apply->inputs[0], 2, err);

    inputs[0] = node_multiply(graph, twice, outputs[0], err);
    return inputs[0] != NULL;
}

static const struct operation sum_squares_operation = {
    .name = "sum of squares",
    .infer = infer_scalar,
    .run = sum_squares_run,
    .sums_squares = true,
    .gradient = sum_squares_gradient,
};

struct node *node_l2_norm(struct graph *graph, struct node *const *nodes, size_t count, struct error *err)
{
    struct node *total = node_constant(graph, 0);

    for (size_t i = 0; i < count && total; i++) {
        struct node *x = node_real(graph, nodes[i], err);
        struct node *sum =
            graph_apply_one(graph, &sum_squares_operation, &x, 1, NULL, graph_real(graph), err);
        total = i == 0 ? sum : node_add(graph, total, sum, err);
    }
    return node_sqrt(graph, total, err);
}
