/* engine/graph/ops/labels.h -- class labels as operands: int64, of shape (n) or (n, 1). */
#ifndef ENGINE_GRAPH_OPS_LABELS_H
#define ENGINE_GRAPH_OPS_LABELS_H

#include "engine/graph/node.h"

/* True when y holds one label per row of p (n, classes) rather than distributions. */
bool node_holds_labels(const struct node *y, const struct node *p);
/* y as int64 of shape (n). */
struct node *node_labels(struct graph *graph, struct node *y, struct error *err);
/* False when a label, operand 0 of the call, is not between 0 and classes - 1; the message names it. */
bool labels_in_range(const struct call *call, int64_t classes, struct error *err);
/* (n) and (n, classes) have to have the same n. */
bool labels_infer_rows(const struct apply *apply, const struct shape *labels, const struct shape *rows,
                       struct error *err);

#endif
