/* engine/data/dataset_file.h -- reads files that users bring, telling formats by their first bytes. */
#ifndef ENGINE_DATA_DATASET_FILE_H
#define ENGINE_DATA_DATASET_FILE_H

#include "engine/data/dataset.h"

/* A whole dataset: npz, HDF5 (hdf5.h), or CSV (gzip accepted).  `target` is for CSV (csv.h); NULL: none. */
bool dataset_read(const void *bytes, size_t length, const char *target, struct dataset **out,
                  struct error *err);
/* The same, but arrays may stay where they are; then `bytes` have to outlive the dataset. */
bool dataset_read_in_place(const void *bytes, size_t length, const struct in_place *in_place,
                           const char *target, struct dataset **out, struct error *err);
/* The same from a file that nobody changes meanwhile: it stays mapped, and arrays from
 * FILE_IN_PLACE_BYTES_MIN on stay in it, unchecked. */
bool dataset_read_file(const char *path, const char *target, struct dataset **out, struct error *err);

/* One source: npy or IDX, gzip accepted.  The caller owns the array.  One that does not fit into
 * DATASET_BYTES_MAX stays where it is, if it can: then `bytes` have to outlive it. */
bool source_read(const void *bytes, size_t length, struct array *out, struct error *err);
/* The same from a file, which stays mapped, as above. */
bool source_read_file(const char *path, struct array *out, struct error *err);

#define FILE_IN_PLACE_BYTES_MIN ((size_t)64 << 20)
extern const struct in_place in_place_if_large; /* only what DATASET_BYTES_MAX does not take; checked */

#endif
