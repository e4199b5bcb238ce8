/* engine/data/array.h -- a dense array: it owns its memory from the heap, or lies in a file mapped read-only.
 */
#ifndef ENGINE_DATA_ARRAY_H
#define ENGINE_DATA_ARRAY_H

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

/* The most that one dataset holds in memory; what lies in mapped files is not counted. */
#define DATASET_BYTES_MAX ((size_t)2 << 30)

struct array {
    struct tensor tensor; /* row-major, native byte order */
    void *memory;         /* what is freed or unmapped; NULL: nothing */
    size_t mapped_bytes;  /* to be unmapped; 0: heap */
    bool in_file;         /* the elements are bytes of a mapped file, this array's own or somebody else's */
};

/* Which arrays of a file are left there. */
struct in_place {
    size_t bytes_min; /* those of at least so many bytes whose elements need no conversion */
    size_t
        rows_bytes_min; /* of the others, those of at least so many are read row by row, if the format can */
    bool unchecked;     /* the checksums of arrays in place are not looked at, as that means reading all */
};
#define IN_PLACE_ALWAYS ((struct in_place){ 0 })
#define IN_PLACE_NEVER ((struct in_place){ .bytes_min = SIZE_MAX, .rows_bytes_min = SIZE_MAX })

/* An array without memory, for plans.  ERROR_LIMIT beyond `bytes_max`. */
bool array_plan(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
                struct error *err);
/* The same with zeroed memory, aligned to 64 bytes; ERROR_MEMORY when there is none. */
bool array_new(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
               struct error *err);
void array_fini(struct array *array);

/* Of an array that lies in `bytes`, in_file so far: it owns their memory from here on.  Else they are freed.
 */
void array_keep(struct array *array, struct array *bytes);

/* Lets the process forget the pages of an array in a file: they come back from there when they are read. */
void array_forget(const struct array *array);

#endif
