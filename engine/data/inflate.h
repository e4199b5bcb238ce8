/* engine/data/inflate.h -- compressed data that are in memory as a whole, inflated at once; and CRC-32.
 *
 * The home of libdeflate: two to three times as fast as zlib, which byte_reader.h has for what comes in
 * pieces, or is too large. */
#ifndef ENGINE_DATA_INFLATE_H
#define ENGINE_DATA_INFLATE_H

#include <stdint.h>

#include "engine/data/array.h"
#include "engine/data/byte_reader.h"

/* The most that is inflated at once: it is all held, perhaps beside an array that is made from it. */
#define INFLATED_BYTES_MAX ((size_t)1 << 30)

/* An upper bound of what `length` bytes can inflate to. */
size_t inflated_bytes_most(size_t length);
/* What the end of a gzip file says about its contents; wrong where there are several members.  0: no gzip
 * file. */
size_t inflated_bytes_of_gzip(const void *bytes, size_t length);
/* True when `bytes` are one deflate stream, or one gzip member with the right check sum and nothing behind
 * it, that inflates to exactly `inflated_bytes`: *out has them, the caller owns it.  False: not so, or too
 * much, or no memory for it; a byte_reader tells what is wrong. */
bool inflate_at_once(const void *bytes, size_t length, enum byte_encoding encoding, size_t inflated_bytes,
                     struct array *out);

/* CRC-32, as in gzip and zip, of what `crc` is that of, 0 of nothing, and `length` more bytes. */
uint32_t crc32_of(uint32_t crc, const void *bytes, size_t length);

#endif
