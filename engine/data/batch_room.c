/* engine/data/batch_room.c -- see batch_room.h. */
#include "engine/data/batch_room.h"

#include "engine/base/memory.h"

size_t source_row_bytes(const struct source_spec *spec)
{
    size_t bytes = dtype_bytes(spec->dtype);

    if (spec->ragged)
        return sizeof(struct tensor);
    for (int axis = 1; axis < spec->shape.rank; axis++)
        if (__builtin_mul_overflow(bytes, (size_t)spec->shape.dims[axis], &bytes))
            return SIZE_MAX;
    return bytes;
}

void *row_room(int64_t rows, size_t row_bytes)
{
    size_t bytes;

    if (__builtin_mul_overflow((size_t)rows, row_bytes, &bytes))
        return NULL;
    return memory_try_aligned(bytes > 0 ? bytes : 1);
}

struct batch_source batch_source_of_rows(const struct source_spec *spec, int64_t examples, void *rows)
{
    struct batch_source source = { .name = spec->name,
                                   .tensor = { .dtype = spec->dtype, .shape = spec->shape } };

    source.tensor.shape.dims[0] = examples;
    if (spec->ragged)
        source.ragged = rows;
    else
        source.tensor.data = rows;
    return source;
}

void *batch_room(const struct source_spec *spec)
{
    int64_t elements;

    return shape_count(&spec->shape, &elements) ? row_room(elements, dtype_bytes(spec->dtype)) : NULL;
}
