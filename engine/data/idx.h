/* engine/data/idx.h -- the format of the MNIST files: magic bytes, dimensions, big-endian elements.
 *
 * Format: http://yann.lecun.com/exdb/mnist. */
#ifndef ENGINE_DATA_IDX_H
#define ENGINE_DATA_IDX_H

#include "engine/data/array.h"
#include "engine/data/byte_reader.h"

/* A whole file; at most bytes_max of memory.  The caller owns the array. */
bool idx_read(struct byte_reader *reader, size_t bytes_max, struct array *out, struct error *err);

/* The same for the bytes of a file, which have to outlive an array that stays in place: one of single bytes.
 */
bool idx_read_bytes(const void *bytes, size_t length, const struct in_place *in_place, size_t bytes_max,
                    struct array *out, struct error *err);

#endif
