/* engine/bricks/costs/cost.c -- the list of all costs. */
#include "engine/bricks/costs/cost.h"

#include "engine/bricks/costs/costs.h"

static const struct component_type *const types[] = {
    &absolute_error_type.component,
    &binary_cross_entropy_type.component,
    &categorical_cross_entropy_type.component,
    &misclassification_rate_type.component,
    &squared_error_type.component,
    NULL,
};

const struct family cost_family = {
    .name = "cost",
    .plural = "costs",
    .types = types,
    .text_shorthand = true,
};

const struct cost_type *cost_find(const char *name)
{
    return (const struct cost_type *)(const void *)family_find(&cost_family,
                                                               name); /* `component` is its first member */
}

struct node *cost_apply(const struct cost_type *cost, const void *settings, struct graph *graph,
                        struct node *y, struct node *y_hat, struct error *err)
{
    struct node *result;

    if (!y || !y_hat)
        return NULL;
    result = cost->apply(settings, graph, y, y_hat, err);
    if (!result)
        error_prefix(err, "%s", cost->component.name);
    return result;
}

bool cost_check_shapes(const struct node *y, const struct node *y_hat, struct error *err)
{
    char y_text[SHAPE_TEXT_BYTES], y_hat_text[SHAPE_TEXT_BYTES];

    if (node_rank(y_hat) >= 2 && shape_equal(node_shape(y), node_shape(y_hat)))
        return true;
    RAISE(err, ERROR_SHAPE, NULL, "y of shape %s does not fit to y_hat of shape %s",
          shape_text(node_shape(y), y_text), shape_text(node_shape(y_hat), y_hat_text));
    return error_hint(err, "Both need the same shape, with a row for each example; y comes first.");
}

struct node *cost_sum_and_average(struct graph *graph, struct node *elements, struct error *err)
{
    const int axis = 1;

    return node_mean(graph, node_reduce(graph, REDUCE_SUM, elements, &axis, 1, false, err), err);
}
