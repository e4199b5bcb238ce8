/* engine/graph/ops/softmax.h -- what costs ask about probabilities. */
#ifndef ENGINE_GRAPH_OPS_SOFTMAX_H
#define ENGINE_GRAPH_OPS_SOFTMAX_H

#include "engine/graph/node.h"

/* The scores whose softmax x is; NULL when x is something else. */
struct node *node_softmax_scores(struct node *x);

#endif
