/* engine/bricks/costs/costs.h -- every cost; the list is in cost.c. */
#ifndef ENGINE_BRICKS_COSTS_COSTS_H
#define ENGINE_BRICKS_COSTS_COSTS_H

#include "engine/bricks/costs/cost.h"

extern const struct cost_type absolute_error_type;
extern const struct cost_type binary_cross_entropy_type;
extern const struct cost_type categorical_cross_entropy_type;
extern const struct cost_type misclassification_rate_type;
extern const struct cost_type squared_error_type;

/* Raises unless both have the same shape, with at least two axes. */
bool cost_check_shapes(const struct node *y, const struct node *y_hat, struct error *err);

/* Of an elementwise cost: summed over axis 1, averaged over the rest. */
struct node *cost_sum_and_average(struct graph *graph, struct node *elements, struct error *err);

#endif
