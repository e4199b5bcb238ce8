/* engine/tensor/batch.h -- one batch: named tensors, as a stream hands them out and a function takes them in.
 */
#ifndef ENGINE_TENSOR_BATCH_H
#define ENGINE_TENSOR_BATCH_H

#include "engine/tensor/tensor.h"

struct batch_source {
    const char *name;
    struct tensor
        tensor; /* the first axis runs over the examples (of example schemes: one example, no such axis) */
    const struct tensor
        *ragged; /* one view per example; then `tensor` has no data.  NULL: all have one shape */
};

/* Valid until the next call on the stream. */
struct batch {
    const struct batch_source *sources;
    size_t source_count;
    int64_t examples;
};

const struct batch_source *batch_find(const struct batch *batch, const char *name); /* NULL: not there */

#endif
