/* engine/data/hdf5_source.h -- one dataset of an HDF5 file as a source.  Called with libhdf5's lock held. */
#ifndef ENGINE_DATA_HDF5_SOURCE_H
#define ENGINE_DATA_HDF5_SOURCE_H

#include <hdf5.h>

#include "engine/data/dataset.h"

/* A dimension scale: a table that belongs to an axis of another dataset. */
bool hdf5_is_scale(hid_t object);

/* Whether all elements lie in this file, in pieces of bounded size, behind filters that are part of libhdf5.
 */
bool hdf5_storage_check(hid_t object, struct error *err);

/* Reads everything and adds it as the source `name`. */
bool hdf5_source_read(hid_t object, const char *name, struct dataset *dataset, struct error *err);

#endif
