/* engine/graph/ops/labels.c -- labels as operands, one_hot, and picking the labelled element of every row. */
#include "engine/graph/ops/labels.h"

#include <string.h>

enum { CLASSES };

bool node_holds_labels(const struct node *y, const struct node *p)
{
    return y->shape.rank == 1 || (y->shape.rank == 2 && y->shape.dims[1] == 1 && p->shape.dims[1] != 1);
}

struct node *node_labels(struct graph *graph, struct node *y, struct error *err)
{
    static const int rows[] = { 0 };

    y = node_integer(graph, y, err);
    if (!y || y->shape.rank == 1)
        return y;
    if (y->shape.rank != 2 || y->shape.dims[1] != 1) {
        raise_shapes(err, "labels", &y->shape, NULL, "one label per row is needed, (n) or (n, 1)");
        return NULL;
    }
    return node_dimshuffle(graph, y, rows, 1, err);
}

bool labels_in_range(const struct call *call, int64_t classes, struct error *err)
{
    const int64_t *label = call->inputs[0]->data, count = call->inputs[0]->shape.dims[0];

    for (int64_t i = 0; i < count; i++)
        if (label[i] < 0 || label[i] >= classes)
            return RAISE(err, ERROR_TRAINING, NULL, "label %lld of row %lld is not between 0 and %lld",
                         (long long)label[i], (long long)(call->begin + i), (long long)classes - 1);
    return true;
}

bool labels_infer_rows(const struct apply *apply, const struct shape *labels, const struct shape *rows,
                       struct error *err)
{
    if (rows->rank != 2 || labels->rank != 1 || rows->dims[0] != labels->dims[0])
        return raise_shapes(err, apply->operation->name, labels, rows, "one label per row is needed");
    return true;
}

/* ---- one_hot: labels (n) to (n, CLASSES) ---- */

static bool one_hot_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    (void)err;
    outputs[0] = shape_of(2, inputs[0].dims[0], apply->attributes.integers[CLASSES]);
    return true;
}

static bool one_hot_run(const struct call *call, struct error *err)
{
    const int64_t classes = call->apply->attributes.integers[CLASSES], *label = call->inputs[0]->data;
    const struct tensor *out = call->outputs[0];

    if (!labels_in_range(call, classes, err))
        return false;
    memset(out->data, 0, tensor_bytes(out));
    for (int64_t i = 0; i < out->shape.dims[0]; i++)
        tensor_write(out, i * classes + label[i], 1);
    return true;
}

static const struct operation one_hot_operation = {
    .name = "one_hot",
    .flat = true,
    .infer = one_hot_infer,
    .run = one_hot_run,
    .share = share_rows,
    .may_fail = true,
};

struct node *node_one_hot(struct graph *graph, struct node *labels, int64_t classes, struct error *err)
{
    struct attributes attributes;

    if (classes < 1) {
        RAISE(err, ERROR_SHAPE, NULL, "one_hot needs at least 1 class, not %lld", (long long)classes);
        return NULL;
    }
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[CLASSES] = classes;
    labels = node_labels(graph, labels, err);
    return graph_apply_one(graph, &one_hot_operation, &labels, 1, &attributes, graph_real(graph), err);
}
