/* engine/data/batch_copy.h -- a batch that outlives the next one of its stream.
 *
 * For streams of dense sources.  Not thread-safe. */
#ifndef ENGINE_DATA_BATCH_COPY_H
#define ENGINE_DATA_BATCH_COPY_H

#include "engine/data/stream.h"

struct batch_copy {
    struct batch batch; /* what was taken last */
    struct batch_source *sources;
    void **buffers; /* one per source; NULL until there is room */
    size_t source_count;
};

void batch_copy_init(struct batch_copy *copy, size_t source_count);
/* Once, before the first batch: room for any batch of these sources.  False when memory is out. */
bool batch_copy_make_room(struct batch_copy *copy, const struct source_spec *sources);
/* Copies names, shapes and numbers. */
void batch_copy_take(struct batch_copy *copy, const struct batch *batch);
void batch_copy_fini(struct batch_copy *copy);

#endif
