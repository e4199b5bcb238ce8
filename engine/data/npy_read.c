/* engine/data/npy_read.c -- reads NumPy's array format. */
#include <string.h>

#include "engine/data/byte_order.h"
#include "engine/data/file_map.h"
#include "engine/data/npy.h"

/* IEEE 754 half precision to single precision; every value is exact. */
static float widen_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31;
    uint32_t fraction = half & 1023, bits;
    float number;

    if (exponent == 0) { /* zero or subnormal: fraction 2^-24 */
        number = (float)fraction * 0x1p-24F;
        return sign ? -number : number;
    }
    bits = sign | (exponent == 31 ? 255U : exponent + 112U) << 23 | fraction << 13;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

/* Reads half floats in pieces, as they are half as long as what becomes of them. */
static bool read_halves(struct byte_reader *reader, bool swapped, struct tensor *out, struct error *err)
{
    int64_t left = tensor_elements(out);
    float *numbers = out->data;
    uint16_t piece[1024];

    while (left > 0) {
        const int64_t count = left < (int64_t)COUNT(piece) ? left : (int64_t)COUNT(piece);

        if (!byte_reader_need(reader, piece, (size_t)count * sizeof(*piece), "data", err))
            return false;
        if (swapped)
            byte_order_swap(piece, (size_t)count, sizeof(*piece));
        for (int64_t i = 0; i < count; i++)
            *numbers++ = widen_half(piece[i]);
        left -= count;
    }
    return true;
}

static bool check_uint64(const struct tensor *tensor, struct error *err)
{
    const int64_t count = tensor_elements(tensor);
    const int64_t *numbers = tensor->data;

    for (int64_t i = 0; i < count; i++)
        if (numbers[i] < 0)
            return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "the uint64 number %llu does not fit into int64",
                         (unsigned long long)numbers[i]);
    return true;
}

/* Any byte but 0 is true. */
static void normalize_booleans(struct tensor *tensor)
{
    const int64_t count = tensor_elements(tensor);
    uint8_t *truths = tensor->data;

    for (int64_t i = 0; i < count; i++)
        truths[i] = truths[i] != 0;
}

static bool read_elements(struct byte_reader *reader, const struct npy_header *header, struct tensor *out,
                          struct error *err)
{
    if (header->storage == NPY_FLOAT16)
        return read_halves(reader, header->swapped, out, err);
    if (!byte_reader_need(reader, out->data, tensor_bytes(out), "data", err))
        return false;
    if (header->swapped)
        byte_order_swap(out->data, (size_t)tensor_elements(out), dtype_bytes(out->dtype));
    if (out->dtype == DTYPE_BOOL)
        normalize_booleans(out);
    return header->storage != NPY_UINT64 || check_uint64(out, err);
}

static void copy_element(char *to, const char *from, size_t bytes)
{
    switch (bytes) {
    case 1:
        *to = *from;
        break;
    case 2:
        memcpy(to, from, 2);
        break;
    case 4:
        memcpy(to, from, 4);
        break;
    default:
        memcpy(to, from, 8);
    }
}

/* `columns` holds the elements of `out` with the first axis running fastest. */
static void to_row_major(const struct tensor *columns, struct tensor *out)
{
    const size_t bytes = dtype_bytes(out->dtype);
    const int64_t count = tensor_elements(out);
    const int rank = out->shape.rank;
    int64_t index[TENSOR_RANK_MAX] = { 0 }, stride[TENSOR_RANK_MAX], at = 0;

    for (int axis = 0; axis < rank; axis++)
        stride[axis] = axis == 0 ? 1 : stride[axis - 1] * out->shape.dims[axis - 1];
    for (int64_t i = 0; i < count; i++) {
        copy_element((char *)out->data + (size_t)i * bytes, (const char *)columns->data + (size_t)at * bytes,
                     bytes);
        for (int axis = rank - 1; axis >= 0; axis--) { /* the next index in row-major order */
            at += stride[axis];
            if (++index[axis] < out->shape.dims[axis])
                break;
            at -= stride[axis] * index[axis];
            index[axis] = 0;
        }
    }
}

/* Replaces an array in column-major order by a row-major copy. */
static bool transpose(struct array *array, size_t bytes_max, struct error *err)
{
    struct array rows;

    if (!array_new(array->tensor.dtype, &array->tensor.shape, bytes_max, &rows, err))
        return false;
    to_row_major(&array->tensor, &rows.tensor);
    array_fini(array);
    *array = rows;
    return true;
}

/* Memory for the array, once it is plausible that the file can fill it. */
static bool make_room(const struct byte_reader *reader, const struct npy_header *header, size_t bytes_max,
                      struct array *out, struct error *err)
{
    const size_t element_bytes = header->storage == NPY_FLOAT16 ? 2 : dtype_bytes(header->dtype);
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (shape_count(&header->shape, &elements) &&
        (uint64_t)elements > byte_reader_most(reader) / element_bytes)
        return RAISE(err, ERROR_SYNTAX, NULL, "the file is too short for %s of shape %s",
                     dtype_name(header->dtype), shape_text(&header->shape, text));
    return array_new(header->dtype, &header->shape, bytes_max, out, err);
}

bool npy_read(struct byte_reader *reader, size_t bytes_max, struct array *out, struct error *err)
{
    struct npy_header header;

    if (!npy_header_read(reader, &header, err) || !make_room(reader, &header, bytes_max, out, err))
        return false;
    if (read_elements(reader, &header, &out->tensor, err) && byte_reader_end(reader, err) &&
        (!header.fortran_order || header.shape.rank < 2 || transpose(out, bytes_max, err)))
        return true;
    array_fini(out);
    return false;
}

/* Elements that are in the file as they are wanted in memory.  Booleans are not: any byte may be true. */
static bool is_as_wanted(const struct npy_header *header)
{
    return header->storage == NPY_AS_IS && !header->swapped && header->dtype != DTYPE_BOOL &&
           (!header->fortran_order || header->shape.rank < 2);
}

/* The array whose data `reader` has come to, without a copy; *out_found tells whether there is one. */
static bool find_in_place(struct byte_reader *reader, const struct npy_header *header, const void *end,
                          size_t bytes_min, struct array *out, bool *out_found, struct error *err)
{
    const size_t rest = byte_reader_most(reader);
    struct array array;

    if (!array_plan(header->dtype, &header->shape, SIZE_MAX, &array, err))
        return false;
    *out_found = is_as_wanted(header) && tensor_bytes(&array.tensor) >= bytes_min;
    if (!*out_found)
        return true;
    if (rest != tensor_bytes(&array.tensor))
        return RAISE(err, ERROR_SYNTAX, NULL, "the file has %zu bytes of data instead of %zu", rest,
                     tensor_bytes(&array.tensor));
    array.tensor.data = (char *)(uintptr_t)end - rest;
    array.in_file = true;
    *out = array;
    return true;
}

bool npy_read_bytes(const void *bytes, size_t length, const struct in_place *in_place, size_t bytes_max,
                    struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, length, BYTES_PLAIN);
    struct npy_header header;
    bool found = false;
    bool good =
        npy_header_read(reader, &header, err) &&
        find_in_place(reader, &header, (const char *)bytes + length, in_place->bytes_min, out, &found, err);

    byte_reader_free(reader);
    if (!good || found)
        return good;
    reader = byte_reader_new(bytes, length, BYTES_PLAIN);
    good = npy_read(reader, bytes_max, out, err);
    byte_reader_free(reader);
    return good;
}

static bool map_elements(const struct file_map *map, struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(map->bytes, map->length, BYTES_PLAIN);
    struct npy_header header;
    struct text written = { 0 };
    int64_t elements;
    size_t offset;

    if (!npy_header_read(reader, &header, err)) {
        byte_reader_free(reader);
        return false;
    }
    byte_reader_free(reader);
    npy_header_write(header.dtype, &header.shape, &written);
    offset = written.length;
    if (offset > map->length || memcmp(map->bytes, written.bytes, offset) != 0 ||
        !shape_count(&header.shape, &elements) || (uint64_t)elements > map->length ||
        map->length - offset != (size_t)elements * dtype_bytes(header.dtype)) {
        text_fini(&written);
        return RAISE(err, ERROR_CORRUPT, NULL, "a stored array is not as it was written");
    }
    text_fini(&written);
    *out = (struct array){
        .tensor = { .dtype = header.dtype, .shape = header.shape, .data = (char *)map->bytes + offset },
        .memory = map->bytes,
        .mapped_bytes = map->length,
        .in_file = true,
    };
    return true;
}

bool npy_map_file(const char *path, struct array *out, struct error *err)
{
    struct file_map map;

    if (!file_map_open(path, &map, err))
        return false;
    if (map_elements(&map, out, err))
        return true;
    file_map_close(&map);
    return error_prefix(err, "\"%s\"", path);
}
