/* engine/graph/ops/pooling.h -- what convolutions know of the pooling behind them. */
#ifndef ENGINE_GRAPH_OPS_POOLING_H
#define ENGINE_GRAPH_OPS_POOLING_H

#include "engine/graph/node.h"

/* The attributes of every pooling and its gradient. */
enum { POOLING_INTEGERS = 8 };
struct window pooling_window(const int64_t integers[POOLING_INTEGERS], const struct shape *image);

/* The application that made `node` if that is a gradient of max pooling; its operands are what was pooled,
 * the greatest of it, and their gradient.  NULL: something else. */
enum { POOLED_IMAGE, POOLED_GREATEST, POOLED_GRADIENT };
const struct apply *node_max_pooling_gradient(const struct node *node);

/* convolution_pooled.c: max pooling of a convolution as one operation, which never writes what the
 * convolution alone would give.  Whether `node` is a convolution for which there is one; its greatest
 * elements. */
bool node_pools_at_once(const struct node *node, const int64_t pooling[POOLING_INTEGERS]);
struct node *node_pooled_convolution(struct graph *graph, struct node *convolution,
                                     const int64_t pooling[POOLING_INTEGERS], struct error *err);

#endif
