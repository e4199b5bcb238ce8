/* engine/data/npz.h -- a dataset as one npz file: one .npy member per source. */
#ifndef ENGINE_DATA_NPZ_H
#define ENGINE_DATA_NPZ_H

#include "engine/data/dataset.h"

/* Adds every member to `dataset`, in the order of the archive. */
bool npz_read(const void *bytes, size_t length, struct dataset *dataset, struct error *err);

#endif
