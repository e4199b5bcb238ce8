/* engine/data/hdf5_type.h -- which numbers an HDF5 datatype stands for. */
#ifndef ENGINE_DATA_HDF5_TYPE_H
#define ENGINE_DATA_HDF5_TYPE_H

#include <hdf5.h>

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

struct hdf5_numbers {
    enum dtype dtype; /* after reading */
    hid_t memory;     /* the type to read as; belongs to libhdf5, or is the file's own */
    bool unsigned_64; /* read as they are, into int64: to be checked */
};

/* `type` has to outlive the result. */
bool hdf5_type_read(hid_t type, struct hdf5_numbers *out, struct error *err);
/* Whether what was read fits its dtype. */
bool hdf5_numbers_check(const struct hdf5_numbers *numbers, const struct tensor *tensor, struct error *err);

#endif
