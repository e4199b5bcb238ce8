/* engine/data/dataset_file.h -- reads files that users bring, telling formats by their first bytes. */
#ifndef ENGINE_DATA_DATASET_FILE_H
#define ENGINE_DATA_DATASET_FILE_H

#include "engine/data/dataset.h"

/* A whole dataset: npz, HDF5 (hdf5.h), or CSV (gzip accepted).  `target` is for CSV (csv.h); NULL: none. */
bool dataset_read(const void *bytes, size_t length, const char *target, struct dataset **out,
                  struct error *err);
/* The same from a file that nobody shortens meanwhile. */
bool dataset_read_file(const char *path, const char *target, struct dataset **out, struct error *err);

/* One source: npy or IDX, gzip accepted.  The caller owns the array. */
bool source_read(const void *bytes, size_t length, struct array *out, struct error *err);
bool source_read_file(const char *path, struct array *out, struct error *err);

#endif
