/* engine/data/idx.c -- see idx.h. */
#include "engine/data/idx.h"

#include "engine/data/byte_order.h"

static bool read_dtype(unsigned char code, enum dtype *out, struct error *err)
{
    static const struct {
        unsigned char code;
        enum dtype dtype;
    } table[] = {
        { 0x08, DTYPE_UINT8 }, { 0x09, DTYPE_INT8 },    { 0x0b, DTYPE_INT16 },
        { 0x0c, DTYPE_INT32 }, { 0x0d, DTYPE_FLOAT32 }, { 0x0e, DTYPE_FLOAT64 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].code == code) {
            *out = table[i].dtype;
            return true;
        }
    }
    return RAISE(err, ERROR_INVALID_VALUE, NULL, "the IDX type 0x%02x is not known", code);
}

static bool read_header(struct byte_reader *reader, enum dtype *out_dtype, struct shape *out_shape,
                        struct error *err)
{
    unsigned char magic[4], dimension[4];

    if (!byte_reader_need(reader, magic, sizeof(magic), "header", err))
        return false;
    if (magic[0] != 0 || magic[1] != 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "this is not an IDX file");
    if (magic[3] < 1 || magic[3] > TENSOR_RANK_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "the IDX file has %d dimensions instead of 1 to %d", magic[3],
                     TENSOR_RANK_MAX);
    *out_shape = (struct shape){ .rank = magic[3] };
    for (int axis = 0; axis < out_shape->rank; axis++) {
        if (!byte_reader_need(reader, dimension, sizeof(dimension), "header", err))
            return false;
        out_shape->dims[axis] =
            (int64_t)dimension[0] << 24 | dimension[1] << 16 | dimension[2] << 8 | dimension[3];
    }
    return read_dtype(magic[2], out_dtype, err);
}

bool idx_read(struct byte_reader *reader, size_t bytes_max, struct array *out, struct error *err)
{
    struct shape shape;
    enum dtype dtype = DTYPE_UINT8;
    int64_t elements;

    if (!read_header(reader, &dtype, &shape, err))
        return false;
    if (shape_count(&shape, &elements) && (uint64_t)elements > byte_reader_most(reader) / dtype_bytes(dtype))
        return RAISE(err, ERROR_SYNTAX, NULL, "the file is too short for the dimensions in its header");
    if (!array_new(dtype, &shape, bytes_max, out, err))
        return false;
    if (byte_reader_need(reader, out->tensor.data, tensor_bytes(&out->tensor), "data", err) &&
        byte_reader_end(reader, err)) {
        if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
            byte_order_swap(out->tensor.data, (size_t)elements, dtype_bytes(dtype));
        return true;
    }
    array_fini(out);
    return false;
}

bool idx_read_bytes(const void *bytes, size_t length, const struct in_place *in_place, size_t bytes_max,
                    struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, length, BYTES_PLAIN);
    enum dtype dtype = DTYPE_UINT8;
    struct array array;
    struct shape shape;
    size_t rest = 0;
    bool good = read_header(reader, &dtype, &shape, err) && array_plan(dtype, &shape, SIZE_MAX, &array, err);
    bool in_file = good && dtype_bytes(dtype) == 1 && tensor_bytes(&array.tensor) >= in_place->bytes_min;

    if (in_file) {
        rest = byte_reader_most(reader);
        if (rest != tensor_bytes(&array.tensor))
            good = RAISE(err, ERROR_SYNTAX, NULL, "the file has %zu bytes of data instead of %zu", rest,
                         tensor_bytes(&array.tensor));
    }
    byte_reader_free(reader);
    if (good && in_file) {
        array.tensor.data = (char *)(uintptr_t)bytes + (length - rest);
        array.in_file = true;
        *out = array;
    } else if (good) {
        reader = byte_reader_new(bytes, length, BYTES_PLAIN);
        good = idx_read(reader, bytes_max, out, err);
        byte_reader_free(reader);
    }
    return good;
}
