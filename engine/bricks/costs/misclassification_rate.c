/* engine/bricks/costs/misclassification_rate.c -- the fraction of rows whose label is not among the top_k.
 *
 * top_k 1: the first maximum wins a tie; else wrong unless fewer than k other classes score at least as high.
 */
#include "engine/bricks/costs/costs.h"

static const struct param params[] = {
    PARAM(misclassification_rate, top_k, INTEGER, .preset = "1", .min = 1, .max = 1e9,
          .about = "Among how many of the best classes the label has to be."),
    PARAM_END
};

static struct node *misclassification_rate_apply(const void *settings, struct graph *graph, struct node *y,
                                                 struct node *y_hat, struct error *err)
{
    const struct misclassification_rate *self = settings;

    return node_mean(graph, node_misclassification(graph, y, y_hat, self ? self->top_k : 1, err), err);
}

const struct cost_type misclassification_rate_type = {
    .component = { .name = "MisclassificationRate",
                   .about = "The fraction of wrong predictions.",
                   .params = params,
                   .settings_size = sizeof(struct misclassification_rate) },
    .apply = misclassification_rate_apply,
};
