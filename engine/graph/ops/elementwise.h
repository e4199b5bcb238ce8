/* engine/graph/ops/elementwise.h -- shared by elementwise.c and elementwise_gradient.c. */
#ifndef ENGINE_GRAPH_OPS_ELEMENTWISE_H
#define ENGINE_GRAPH_OPS_ELEMENTWISE_H

#include "engine/graph/node.h"

bool unary_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                    struct node **inputs, struct error *err);
bool binary_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                     struct node **inputs, struct error *err);

#endif
