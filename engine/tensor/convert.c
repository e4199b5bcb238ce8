/* engine/tensor/convert.c -- tensor_convert: see tensor.h. */
#include "engine/tensor/kernels.h"

#include <string.h>

#define TO_INT64(dtype, type)                                                                                \
    case dtype:                                                                                              \
        for (int64_t i = 0; i < count; i++)                                                                  \
            out[i] = (int64_t)((const type *)x)[i];                                                          \
        return true;

/* Integers to int64, the dtype of labels; false for reals, which may not fit. */
static bool integers_to_int64(enum dtype dtype, const void *x, int64_t *out, int64_t count)
{
    switch (dtype) {
        TO_INT64(DTYPE_UINT8, uint8_t)
        TO_INT64(DTYPE_INT8, int8_t)
        TO_INT64(DTYPE_UINT16, uint16_t)
        TO_INT64(DTYPE_INT16, int16_t)
        TO_INT64(DTYPE_UINT32, uint32_t)
        TO_INT64(DTYPE_INT32, int32_t)
    default:
        return false;
    }
}

void tensor_convert(const struct tensor *in, const struct tensor *out)
{
    const int64_t count = tensor_elements(out);

    if (in->dtype == out->dtype) {
        memmove(out->data, in->data, tensor_bytes(out));
        return;
    }
    if (dtype_is_real(out->dtype)) {
        kernels_best(out->dtype)->from[in->dtype](in->data, out->data, count, 0);
        return;
    }
    if (out->dtype == DTYPE_INT64 && integers_to_int64(in->dtype, in->data, out->data, count))
        return;
    for (int64_t i = 0; i < count; i++)
        tensor_write(out, i, tensor_read(in, i));
}
