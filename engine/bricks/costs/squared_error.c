/* engine/bricks/costs/squared_error.c -- (y - y_hat)^2. */
#include "engine/bricks/costs/costs.h"

static struct node *squared_error_apply(const void *settings, struct graph *graph, struct node *y,
                                        struct node *y_hat, struct error *err)
{
    (void)settings;
    if (!cost_check_shapes(y, y_hat, err))
        return NULL;
    return cost_sum_and_average(graph, node_sqr(graph, node_subtract(graph, y, y_hat, err), err), err);
}

const struct cost_type squared_error_type = {
    .component = { .name = "SquaredError",
                   .about = "The squared difference, summed over columns and averaged over rows." },
    .apply = squared_error_apply,
};
