/* engine/tensor/tensor.c -- see tensor.h. */
#include "engine/tensor/tensor.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *npy;
    size_t bytes;
} dtypes[DTYPE_COUNT] = {
#define X(dtype, name, bytes, npy) [dtype] = { name, npy, bytes },
    DTYPES(X)
#undef X
};

const char *dtype_name(enum dtype dtype)
{
    return dtypes[dtype].name;
}

size_t dtype_bytes(enum dtype dtype)
{
    return dtypes[dtype].bytes;
}

const char *dtype_npy(enum dtype dtype)
{
    return dtypes[dtype].npy;
}

bool dtype_parse(const char *name, enum dtype *out)
{
    for (int i = 0; i < DTYPE_COUNT; i++) {
        if (strcmp(dtypes[i].name, name) == 0) {
            *out = (enum dtype)i;
            return true;
        }
    }
    return false;
}

struct shape shape_of(int rank, ...)
{
    struct shape shape = { .rank = rank };
    va_list dims;

    assert(rank >= 0 && rank <= TENSOR_RANK_MAX);
    va_start(dims, rank);
    for (int i = 0; i < rank; i++)
        shape.dims[i] = va_arg(dims, int64_t);
    va_end(dims);
    return shape;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    return a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof a->dims[0]) == 0;
}

bool shape_count(const struct shape *shape, int64_t *out)
{
    int64_t count = 1;

    /* An empty axis makes the product 0, but must not hide that the others are out of bounds. */
    for (int i = 0; i < shape->rank; i++) {
        if (shape->dims[i] < 0)
            return false;
        if (shape->dims[i] > 0 &&
            (__builtin_mul_overflow(count, shape->dims[i], &count) || count > INT64_MAX / 8))
            return false;
    }
    for (int i = 0; i < shape->rank; i++)
        if (shape->dims[i] == 0)
            count = 0;
    *out = count;
    return true;
}

int64_t shape_elements(const struct shape *shape)
{
    int64_t count = 1;

    for (int i = 0; i < shape->rank; i++)
        count *= shape->dims[i];
    return count;
}

const char *shape_text(const struct shape *shape, char out[SHAPE_TEXT_BYTES])
{
    size_t used = 1;

    memcpy(out, "(", 2);
    for (int i = 0; i < shape->rank && used < SHAPE_TEXT_BYTES; i++) {
        int written =
            snprintf(out + used, SHAPE_TEXT_BYTES - used, "%s%lld", i ? ", " : "", (long long)shape->dims[i]);
        used += (size_t)written;
    }
    if (used < SHAPE_TEXT_BYTES)
        snprintf(out + used, SHAPE_TEXT_BYTES - used, "%s", shape->rank == 1 ? ",)" : ")");
    return out;
}

size_t tensor_bytes(const struct tensor *tensor)
{
    return (size_t)tensor_elements(tensor) * dtype_bytes(tensor->dtype);
}

/* One line per dtype: the C type that holds it. */
#define STORED_TYPES(X)                                                                                      \
    X(DTYPE_FLOAT32, float)                                                                                  \
    X(DTYPE_FLOAT64, double)                                                                                 \
    X(DTYPE_UINT8, uint8_t)                                                                                  \
    X(DTYPE_INT8, int8_t)                                                                                    \
    X(DTYPE_UINT16, uint16_t)                                                                                \
    X(DTYPE_INT16, int16_t)                                                                                  \
    X(DTYPE_UINT32, uint32_t)                                                                                \
    X(DTYPE_INT32, int32_t)                                                                                  \
    X(DTYPE_INT64, int64_t)

double tensor_read(const struct tensor *tensor, int64_t index)
{
    switch (tensor->dtype) {
#define X(dtype, type)                                                                                       \
    case dtype:                                                                                              \
        return (double)((const type *)tensor->data)[index];
        STORED_TYPES(X)
#undef X
    case DTYPE_BOOL:
        return ((const uint8_t *)tensor->data)[index] != 0;
    case DTYPE_COUNT:
        break;
    }
    return 0;
}

/* The nearest value that an integer dtype holds: a conversion of what does not fit is undefined in C. */
static double clamp(double value, double low, double high)
{
    if (value != value)
        return 0;
    return value < low ? low : value > high ? high : value;
}

void tensor_write(const struct tensor *tensor, int64_t index, double value)
{
    switch (tensor->dtype) {
    case DTYPE_FLOAT32:
        ((float *)tensor->data)[index] = (float)value;
        break;
    case DTYPE_FLOAT64:
        ((double *)tensor->data)[index] = value;
        break;
    case DTYPE_BOOL:
        ((uint8_t *)tensor->data)[index] = value != 0;
        break;
    case DTYPE_UINT8:
        ((uint8_t *)tensor->data)[index] = (uint8_t)clamp(value, 0, UINT8_MAX);
        break;
    case DTYPE_INT8:
        ((int8_t *)tensor->data)[index] = (int8_t)clamp(value, INT8_MIN, INT8_MAX);
        break;
    case DTYPE_UINT16:
        ((uint16_t *)tensor->data)[index] = (uint16_t)clamp(value, 0, UINT16_MAX);
        break;
    case DTYPE_INT16:
        ((int16_t *)tensor->data)[index] = (int16_t)clamp(value, INT16_MIN, INT16_MAX);
        break;
    case DTYPE_UINT32:
        ((uint32_t *)tensor->data)[index] = (uint32_t)clamp(value, 0, UINT32_MAX);
        break;
    case DTYPE_INT32:
        ((int32_t *)tensor->data)[index] = (int32_t)clamp(value, INT32_MIN, INT32_MAX);
        break;
    case DTYPE_INT64:
        /* The greatest double below 2^63. */
        ((int64_t *)tensor->data)[index] = (int64_t)clamp(value, -0x1p63, 0x1.fffffffffffffp62);
        break;
    case DTYPE_COUNT:
        break;
    }
}
