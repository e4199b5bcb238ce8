/* engine/graph/ops/element_count.c -- the number of elements of a node, as a scalar: depends on shapes only.
 */
#include "engine/graph/node.h"

static bool count_run(const struct call *call, struct error *err)
{
    (void)err;
    tensor_write(call->outputs[0], 0, (double)tensor_elements(call->inputs[0]));
    return true;
}

static const struct operation count_operation = {
    .name = "element count",
    .flat = true,
    .shape_only = 1,
    .infer = infer_scalar,
    .run = count_run,
};

struct node *node_element_count(struct graph *graph, struct node *x, struct error *err)
{
    return graph_apply_one(graph, &count_operation, &x, 1, NULL, graph_real(graph), err);
}
