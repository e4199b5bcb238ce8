/* engine/bricks/costs/absolute_error.c -- |y - y_hat|; slope 0 where they are equal. */
#include "engine/bricks/costs/costs.h"

static struct node *absolute_error_apply(const void *settings, struct graph *graph, struct node *y,
                                         struct node *y_hat, struct error *err)
{
    (void)settings;
    if (!cost_check_shapes(y, y_hat, err))
        return NULL;
    return cost_sum_and_average(graph, node_abs(graph, node_subtract(graph, y, y_hat, err), err), err);
}

const struct cost_type absolute_error_type = {
    .component = { .name = "AbsoluteError",
                   .about = "The absolute difference, summed over columns and averaged over rows." },
    .apply = absolute_error_apply,
};
