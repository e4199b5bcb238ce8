/* engine/data/batch_copy.c -- see batch_copy.h. */
#include "engine/data/batch_copy.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/batch_room.h"

void batch_copy_init(struct batch_copy *copy, size_t source_count)
{
    *copy = (struct batch_copy){ .sources = memory_new(source_count, sizeof(*copy->sources)),
                                 .buffers = memory_new(source_count, sizeof(*copy->buffers)),
                                 .source_count = source_count };
}

bool batch_copy_make_room(struct batch_copy *copy, const struct source_spec *sources)
{
    for (size_t i = 0; i < copy->source_count; i++) {
        if (!copy->buffers[i])
            copy->buffers[i] = batch_room(&sources[i]);
        if (!copy->buffers[i])
            return false;
    }
    return true;
}

void batch_copy_take(struct batch_copy *copy, const struct batch *batch)
{
    for (size_t i = 0; i < batch->source_count; i++) {
        const size_t bytes = tensor_bytes(&batch->sources[i].tensor);

        copy->sources[i] = batch->sources[i];
        copy->sources[i].tensor.data = copy->buffers[i];
        if (bytes > 0)
            memcpy(copy->buffers[i], batch->sources[i].tensor.data, bytes);
    }
    copy->batch = *batch;
    copy->batch.sources = copy->sources;
}

void batch_copy_fini(struct batch_copy *copy)
{
    for (size_t i = 0; i < copy->source_count; i++)
        free(copy->buffers[i]);
    free(copy->buffers);
    free(copy->sources);
}
