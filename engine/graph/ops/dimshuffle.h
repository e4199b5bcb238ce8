/* engine/graph/ops/dimshuffle.h -- what products ask about transposed matrices. */
#ifndef ENGINE_GRAPH_OPS_DIMSHUFFLE_H
#define ENGINE_GRAPH_OPS_DIMSHUFFLE_H

#include "engine/graph/node.h"

/* The matrix whose transpose x is; NULL when x is something else. */
struct node *node_transposed_from(struct node *x);

#endif
