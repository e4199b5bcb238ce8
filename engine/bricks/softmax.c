/* engine/bricks/softmax.c -- rows of scores (n, classes) to probabilities; any number of leading axes for
 * NDimensionalSoftmax. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool check_rank(const struct brick *self, const struct node *x, struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (node_rank(x) == 2 || (node_rank(x) > 2 && self->type == &n_dimensional_softmax_brick_type))
        return true;
    RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s is not a matrix of scores",
          shape_text(node_shape(x), text));
    return error_hint(err, node_rank(x) > 2 ? "Use NDimensionalSoftmax for inputs with more than two axes."
                                            : "The axes are the examples and the classes.");
}

static bool softmax_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                          struct brick_values *results, struct error *err)
{
    return check_rank(self, inputs->items[0], err) &&
           brick_result(results, node_softmax(graph, inputs->items[0], err));
}

static bool log_probabilities(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                              struct brick_values *results, struct error *err)
{
    return check_rank(self, inputs->items[0], err) &&
           brick_result(results, node_log_softmax(graph, inputs->items[0], err));
}

/* A matrix of all rows; of labels, which have no axis of classes, a vector. */
static struct node *flat_rows(struct graph *graph, struct node *x, bool has_classes, struct error *err)
{
    const int64_t dims[] = { DIMENSION_REST, DIMENSION_SAME(node_rank(x) - 1) };

    return node_reshape(graph, x, dims, has_classes ? 2 : 1, err);
}

static bool check_leading(const struct node *y, const struct node *x, struct error *err)
{
    char y_text[SHAPE_TEXT_BYTES], x_text[SHAPE_TEXT_BYTES];
    bool fit = node_rank(y) == node_rank(x) || node_rank(y) == node_rank(x) - 1;

    for (int axis = 0; fit && axis < node_rank(x) - 1; axis++)
        fit = node_dim(y, axis) == node_dim(x, axis);
    if (fit)
        return true;
    RAISE(err, ERROR_SHAPE, NULL, "y of shape %s does not fit to scores of shape %s",
          shape_text(node_shape(y), y_text), shape_text(node_shape(x), x_text));
    return error_hint(err, "y has a label for each row of the scores, or a distribution; y comes first.");
}

/* (y, x): labels or distributions, and scores; one number for every row. */
static bool categorical_cross_entropy(struct brick *self, struct graph *graph,
                                      const struct brick_values *inputs, struct brick_values *results,
                                      struct error *err)
{
    struct node *y = inputs->items[0], *x = inputs->items[1], *rows;

    if (!check_rank(self, x, err))
        return false;
    if (node_rank(x) == 2)
        return brick_result(results,
                            node_categorical_cross_entropy(graph, y, node_softmax(graph, x, err), err));
    if (!check_leading(y, x, err))
        return false;
    rows = flat_rows(graph, x, true, err);
    y = rows ? flat_rows(graph, y, node_rank(y) == node_rank(x), err) : NULL;
    if (!y)
        return false;
    rows = node_categorical_cross_entropy(graph, y, node_softmax(graph, rows, err), err);
    return brick_result(results, node_split_leading(graph, rows, x, err));
}

static const struct brick_method methods[] = {
    { "log_probabilities", 1, 1, log_probabilities },
    { "categorical_cross_entropy", 2, 2, categorical_cross_entropy },
    { NULL, 0, 0, NULL },
};

const struct brick_type softmax_brick_type = {
    .component = { .name = "Softmax", .about = "Turns the scores of each row into probabilities." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = softmax_apply,
    .methods = methods,
};

const struct brick_type n_dimensional_softmax_brick_type = {
    .component = { .name = "NDimensionalSoftmax",
                   .about = "Softmax over the last axis, with any number of axes before it." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = softmax_apply,
    .methods = methods,
};
