/* engine/tensor/batch.c -- see batch.h. */
#include "engine/tensor/batch.h"

#include <string.h>

const struct batch_source *batch_find(const struct batch *batch, const char *name)
{
    for (size_t i = 0; i < batch->source_count; i++)
        if (strcmp(batch->sources[i].name, name) == 0)
            return &batch->sources[i];
    return NULL;
}
