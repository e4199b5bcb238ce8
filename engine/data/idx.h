/* engine/data/idx.h -- the format of the MNIST files: magic bytes, dimensions, big-endian elements.
 *
 * Format: http://yann.lecun.com/exdb/mnist. */
#ifndef ENGINE_DATA_IDX_H
#define ENGINE_DATA_IDX_H

#include "engine/data/array.h"
#include "engine/data/byte_reader.h"

/* A whole file; at most bytes_max of memory.  The caller owns the array. */
bool idx_read(struct byte_reader *reader, size_t bytes_max, struct array *out, struct error *err);

#endif
