/* engine/bricks/costs/cost.h -- how wrong a prediction is, as one number.
 *
 * A cost is applied to (y, y_hat): what is true, and what was predicted. */
#ifndef ENGINE_BRICKS_COSTS_COST_H
#define ENGINE_BRICKS_COSTS_COST_H

#include "engine/base/param.h"
#include "engine/graph/graph.h"

struct misclassification_rate {
    int64_t top_k;
};

/* What a cost is.  One constant per cost, at the end of its .c file. */
struct cost_type {
    struct component_type component;
    /* `settings` may be NULL: every argument has its default. */
    struct node *(*apply)(const void *settings, struct graph *graph, struct node *y, struct node *y_hat,
                          struct error *err);
};

extern const struct family cost_family;

/* The scalar; NULL with an error that names the cost and the shapes, and NULL when y or y_hat is NULL. */
struct node *cost_apply(const struct cost_type *cost, const void *settings, struct graph *graph,
                        struct node *y, struct node *y_hat, struct error *err);
const struct cost_type *cost_find(const char *name); /* "SquaredError"; NULL: none */

#endif
