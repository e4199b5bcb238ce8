/* engine/graph/ops/sum_squares.c -- sums of squares in one pass, without the squares in memory; l2_norm.
 *
 * The axes from FIRST on are reduced and keep the length 1: all of them, or, of large matrices, all but the
 * first, so that a team can share the rows. */
#include "engine/graph/node.h"

enum { FIRST }; /* the attribute */
enum { SHARED_ELEMENTS_MIN = 65536 };

static bool sum_squares_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                              struct error *err)
{
    (void)err;
    outputs[0] = inputs[0];
    for (int axis = (int)apply->attributes.integers[FIRST]; axis < inputs[0].rank; axis++)
        outputs[0].dims[axis] = 1;
    return true;
}

static bool sum_squares_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[0];
    const int64_t rows = tensor_elements(call->outputs[0]);

    (void)err;
    if (rows > 0)
        call->kernels->sum_squares(x->data, call->outputs[0]->data, rows, tensor_elements(x) / rows);
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

static struct sharing sum_squares_share(const struct apply *apply, const struct shape *inputs,
                                        const struct shape *outputs)
{
    struct sharing sharing = share_rows(apply, inputs, outputs);

    if (apply->attributes.integers[FIRST] == 0)
        return (struct sharing){ .kind = SHARE_NONE };
    sharing.work = (double)shape_elements(&inputs[0]);
    return sharing;
}

static const struct operation sum_squares_operation = {
    .name = "sum of squares",
    .infer = sum_squares_infer,
    .run = sum_squares_run,
    .gradient = sum_squares_gradient,
    .share = sum_squares_share,
};

static struct node *sum_of_squares(struct graph *graph, struct node *x, struct error *err)
{
    struct attributes attributes = { .integers = { 0 } };

    x = node_real(graph, x, err);
    if (!x)
        return NULL;
    if (x->shape.rank > 1 && shape_elements(&x->shape) >= SHARED_ELEMENTS_MIN)
        attributes.integers[FIRST] = 1;
    x = graph_apply_one(graph, &sum_squares_operation, &x, 1, &attributes, graph_real(graph), err);
    return node_sum(graph, x, err);
}

struct node *node_l2_norm(struct graph *graph, struct node *const *nodes, size_t count, struct error *err)
{
    struct node *total = node_constant(graph, 0);

    for (size_t i = 0; i < count && total; i++) {
        struct node *sum = sum_of_squares(graph, nodes[i], err);
        total = i == 0 ? sum : node_add(graph, total, sum, err);
    }
    return node_sqrt(graph, total, err);
}
