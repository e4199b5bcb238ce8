/* engine/data/npz.h -- a dataset as one npz file: one .npy member per source. */
#ifndef ENGINE_DATA_NPZ_H
#define ENGINE_DATA_NPZ_H

#include "engine/data/dataset.h"

/* Adds every member to `dataset`, in the order of the archive.  `bytes` have to outlive arrays in place:
 * members that are stored without compression. */
bool npz_read(const void *bytes, size_t length, const struct in_place *in_place, struct dataset *dataset,
              struct error *err);

#endif
