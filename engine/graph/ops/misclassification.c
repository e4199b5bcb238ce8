/* engine/graph/ops/misclassification.c -- which rows are classified wrongly.
 *
 * Top 1 compares with the first maximum; the operation below is for more.  Attribute: TOP_K. */
#include "engine/graph/ops/labels.h"

#include <string.h>

enum { TOP_K };

static bool misclassification_infer(const struct apply *apply, const struct shape *inputs,
                                    struct shape *outputs, struct error *err)
{
    if (!labels_infer_rows(apply, &inputs[0], &inputs[1], err))
        return false;
    outputs[0] = inputs[0];
    return true;
}

/* How many other classes score at least as high as the labelled one. */
static int64_t better_classes(const struct tensor *p, int64_t row, int64_t label)
{
    const int64_t classes = p->shape.dims[1];
    const double score = tensor_read(p, row * classes + label);
    int64_t better = 0;

    for (int64_t c = 0; c < classes; c++)
        better += c != label && tensor_read(p, row * classes + c) >= score;
    return better;
}

static bool misclassification_run(const struct call *call, struct error *err)
{
    const struct tensor *p = call->inputs[1];
    const int64_t *label = call->inputs[0]->data, top_k = call->apply->attributes.integers[TOP_K];

    if (!labels_in_range(call, p->shape.dims[1], err))
        return false;
    for (int64_t row = 0; row < p->shape.dims[0]; row++)
        tensor_write(call->outputs[0], row, better_classes(p, row, label[row]) >= top_k);
    return true;
}

static const struct operation misclassification_operation = {
    .name = "misclassification",
    .flat = true,
    .infer = misclassification_infer,
    .run = misclassification_run,
    .share = share_rows,
    .may_fail = true,
};

struct node *node_misclassification(struct graph *graph, struct node *y, struct node *p, int64_t top_k,
                                    struct error *err)
{
    struct attributes attributes;
    struct node *operands[2];

    operands[0] = node_labels(graph, y, err);
    operands[1] = operands[0] ? node_real(graph, p, err) : NULL;
    if (!operands[1])
        return NULL;
    if (top_k < 1) {
        raise_shapes(err, "misclassification", &p->shape, NULL, "top_k cannot be %lld", (long long)top_k);
        return NULL;
    }
    if (top_k == 1 && p->shape.rank == 2)
        return node_not_equal(graph, node_argmax(graph, operands[1], 1, err), operands[0], err);
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[TOP_K] = top_k;
    return graph_apply_one(graph, &misclassification_operation, operands, 2, &attributes, graph_real(graph),
                           err);
}
