/* engine/data/hdf5_ragged.h -- sources whose examples differ in shape, as Fuel stores them in HDF5.
 *
 * An HDF5 dataset (examples) of variable-length lists, each the elements of one example in row-major order.
 * The dimension scale of its axis that is called "shapes" is the table of their shapes, (examples, rank);
 * without it examples are lists of numbers.  Called with libhdf5's lock held. */
#ifndef ENGINE_DATA_HDF5_RAGGED_H
#define ENGINE_DATA_HDF5_RAGGED_H

#include <hdf5.h>

#include "engine/data/dataset.h"

/* Reads all of `object`, of the variable-length type `type`, and adds it as the source `name`. */
bool hdf5_ragged_read(hid_t object, hid_t type, const char *name, struct dataset *dataset, struct error *err);

#endif
