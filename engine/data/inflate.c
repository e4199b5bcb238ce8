/* engine/data/inflate.c -- see inflate.h. */
#include "engine/data/inflate.h"

#include <libdeflate.h>

#include "engine/data/page_maker.h"

enum { INFLATION_MAX = 1032 }; /* 258 bytes out of 2 bits: the most that deflate can do */
enum { GZIP_BYTES_MIN = 18, GZIP_SIZE_BYTES = 4 };

size_t inflated_bytes_most(size_t length)
{
    size_t most;

    return __builtin_add_overflow(length, (size_t)8, &most) ||
                   __builtin_mul_overflow(most, (size_t)INFLATION_MAX, &most)
               ? SIZE_MAX
               : most;
}

size_t inflated_bytes_of_gzip(const void *bytes, size_t length)
{
    const unsigned char *size;

    if (length < GZIP_BYTES_MIN || byte_encoding_guess(bytes, length) != BYTES_GZIP)
        return 0;
    size = (const unsigned char *)bytes + (length - GZIP_SIZE_BYTES);
    return size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
}

static bool inflate_into(struct libdeflate_decompressor *decompressor, const void *bytes, size_t length,
                         enum byte_encoding encoding, const struct tensor *out)
{
    const size_t wanted = tensor_bytes(out);
    size_t used = 0;

    if (encoding == BYTES_DEFLATE)
        return libdeflate_deflate_decompress(decompressor, bytes, length, out->data, wanted, NULL) ==
               LIBDEFLATE_SUCCESS;
    return libdeflate_gzip_decompress_ex(decompressor, bytes, length, out->data, wanted, &used, NULL) ==
               LIBDEFLATE_SUCCESS &&
           used == length;
}

bool inflate_at_once(const void *bytes, size_t length, enum byte_encoding encoding, size_t inflated_bytes,
                     struct array *out)
{
    struct libdeflate_decompressor *decompressor;
    struct page_maker *pages;
    struct error ignored;
    struct shape shape;
    bool good;

    if (inflated_bytes == 0 || inflated_bytes > INFLATED_BYTES_MAX ||
        inflated_bytes > inflated_bytes_most(length))
        return false;
    shape = shape_of(1, (int64_t)inflated_bytes);
    if (!array_new(DTYPE_UINT8, &shape, INFLATED_BYTES_MAX, out, &ignored))
        return false;
    pages = page_maker_start(out->tensor.data, inflated_bytes, length);
    decompressor = libdeflate_alloc_decompressor();
    good = decompressor && inflate_into(decompressor, bytes, length, encoding, &out->tensor);
    libdeflate_free_decompressor(decompressor);
    page_maker_stop(pages);
    if (!good)
        array_fini(out);
    return good;
}

uint32_t crc32_of(uint32_t crc, const void *bytes, size_t length)
{
    return length > 0 ? libdeflate_crc32(crc, bytes, length) : crc;
}
