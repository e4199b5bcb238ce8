/* engine/bricks/costs/binary_cross_entropy.c -- -(y log y_hat + (1 - y) log(1 - y_hat)). */
#include "engine/bricks/costs/costs.h"

static struct node *binary_cross_entropy_apply(const void *settings, struct graph *graph, struct node *y,
                                               struct node *y_hat, struct error *err)
{
    (void)settings;
    if (!cost_check_shapes(y, y_hat, err))
        return NULL;
    return cost_sum_and_average(graph, node_binary_cross_entropy(graph, y, y_hat, err), err);
}

const struct cost_type binary_cross_entropy_type = {
    .component = { .name = "BinaryCrossEntropy",
                   .about = "For independent probabilities: summed over columns and averaged over rows." },
    .apply = binary_cross_entropy_apply,
};
