/* engine/data/array.h -- a dense array that owns its memory: from the heap, or a file mapped read-only. */
#ifndef ENGINE_DATA_ARRAY_H
#define ENGINE_DATA_ARRAY_H

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

/* The most that one dataset holds. */
#define DATASET_BYTES_MAX ((size_t)2 << 30)

struct array {
    struct tensor tensor; /* row-major, native byte order */
    void *memory;         /* what is freed or unmapped; NULL: nothing */
    size_t mapped_bytes;  /* 0: heap */
};

/* An array without memory, for plans.  ERROR_LIMIT beyond `bytes_max`. */
bool array_plan(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
                struct error *err);
/* The same with zeroed memory, aligned to 64 bytes; ERROR_MEMORY when there is none. */
bool array_new(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
               struct error *err);
void array_fini(struct array *array);

#endif
