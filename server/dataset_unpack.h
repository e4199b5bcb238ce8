/* server/dataset_unpack.h -- unpacks uploads that have to be looked at from several ends: npz and HDF5 within
 * gzip.
 *
 * Everything else within gzip is read as it comes. */
#ifndef SERVER_DATASET_UNPACK_H
#define SERVER_DATASET_UNPACK_H

#include "engine/base/error.h"
#include "engine/data/file_map.h"

/* True when these bytes are gzip around npz or HDF5. */
bool dataset_is_packed(const void *bytes, size_t length);

/* The bytes within, in a file without a name that is made in `folder`; file_map_close ends it.  More than
 * DATASET_BYTES_MAX are refused. */
bool dataset_unpack(const char *folder, const void *bytes, size_t length, struct file_map *out,
                    struct error *err);

#endif
