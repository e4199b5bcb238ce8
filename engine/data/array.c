/* engine/data/array.c -- see array.h. */
#include "engine/data/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/memory.h"

bool array_plan(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
                struct error *err)
{
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (!shape_count(shape, &elements) || (uint64_t)elements > bytes_max / dtype_bytes(dtype))
        return RAISE(err, ERROR_LIMIT, NULL, "%s of shape %s takes more than %zu bytes", dtype_name(dtype),
                     shape_text(shape, text), bytes_max);
    *out = (struct array){ .tensor = { .dtype = dtype, .shape = *shape } };
    return true;
}

/* Large memory comes from the system, which has cleared it already and gives it page by page as it is filled.
 * Huge pages would have to be made first, and rows are gathered no faster from them. */
enum { MAPPED_BYTES_MIN = 4 << 20 };

static void take_memory(struct array *array, size_t bytes)
{
    if (bytes < MAPPED_BYTES_MIN) {
        array->memory = memory_try_aligned(bytes > 0 ? bytes : 1);
        return;
    }
    array->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (array->memory == MAP_FAILED) {
        array->memory = NULL;
        return;
    }
    array->mapped_bytes = bytes;
}

bool array_new(enum dtype dtype, const struct shape *shape, size_t bytes_max, struct array *out,
               struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (!array_plan(dtype, shape, bytes_max, out, err))
        return false;
    take_memory(out, tensor_bytes(&out->tensor));
    if (!out->memory)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for %s of shape %s", dtype_name(dtype),
                     shape_text(shape, text));
    out->tensor.data = out->memory;
    return true;
}

void array_forget(const struct array *array)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)array->tensor.data;
    const uintptr_t first = (begin + page - 1) / page * page;
    const uintptr_t end = (begin + tensor_bytes(&array->tensor)) / page * page;

    if (array->in_file && end > first)
        madvise((void *)first, end - first, MADV_DONTNEED);
}

void array_keep(struct array *array, struct array *bytes)
{
    if (array->in_file) {
        array->in_file = false;
        array->memory = bytes->memory;
        array->mapped_bytes = bytes->mapped_bytes;
        *bytes = (struct array){ 0 };
    }
    array_fini(bytes);
}

void array_fini(struct array *array)
{
    if (array->mapped_bytes > 0)
        munmap(array->memory, array->mapped_bytes);
    else
        free(array->memory);
    *array = (struct array){ 0 };
}
