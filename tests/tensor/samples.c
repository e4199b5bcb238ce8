/* tests/tensor/samples.c -- see samples.h. */
#include "tests/tensor/samples.h"

#include <stdlib.h>

struct tensor values(enum dtype dtype, int64_t count)
{
    return (struct tensor){ dtype, shape_of(1, count), calloc((size_t)count + SPARSE_UNIT, sizeof(double)) };
}

struct tensor samples(enum dtype dtype, int64_t count, int factor)
{
    struct tensor tensor = values(dtype, count);

    for (int64_t i = 0; i < count; i++)
        tensor_write(&tensor, i, (double)((i + 1) * factor % 2003) / 512 - 2);
    return tensor;
}

struct tensor mostly_zero(enum dtype dtype, int64_t rows, int64_t columns, int64_t of)
{
    struct tensor tensor = samples(dtype, rows * columns, 7919);

    for (int64_t i = 0; i < rows * columns; i++)
        if (i * 31 % 97 % of != 0 || i / columns == 1)
            tensor_write(&tensor, i, 0);
    return tensor;
}

struct sparse list_of(enum dtype dtype, int64_t rows, int64_t entries)
{
    const size_t room = (size_t)entries + SPARSE_UNIT;

    return (struct sparse){ calloc((size_t)rows + 1, sizeof(int32_t)), calloc(room, sizeof(int32_t)),
                            calloc(room, dtype_bytes(dtype)) };
}

void free_list(struct sparse *list)
{
    free(list->starts);
    free(list->columns);
    free(list->values);
}
