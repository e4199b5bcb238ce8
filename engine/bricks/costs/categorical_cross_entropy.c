/* engine/bricks/costs/categorical_cross_entropy.c -- mean over rows of -sum(y log y_hat).
 *
 * y holds labels (n) or (n, 1), or distributions (n, classes); y_hat holds probabilities (n, classes). */
#include "engine/bricks/costs/costs.h"

static struct node *categorical_cross_entropy_apply(const void *settings, struct graph *graph, struct node *y,
                                                    struct node *y_hat, struct error *err)
{
    (void)settings;
    return node_mean(graph, node_categorical_cross_entropy(graph, y, y_hat, err), err);
}

const struct cost_type categorical_cross_entropy_type = {
    .component = { .name = "CategoricalCrossEntropy",
                   .about = "For probabilities of classes that exclude each other: averaged over rows." },
    .apply = categorical_cross_entropy_apply,
};
