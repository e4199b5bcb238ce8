/* engine/data/hdf5_source.h -- one dataset of an HDF5 file as a source.  Called with libhdf5's lock held. */
#ifndef ENGINE_DATA_HDF5_SOURCE_H
#define ENGINE_DATA_HDF5_SOURCE_H

#include <hdf5.h>

#include "engine/data/dataset.h"

/* Whether there is such an attribute, with that text in it. */
bool hdf5_attribute_is(hid_t object, const char *attribute_name, const char *text);
/* A dimension scale: a table that belongs to an axis of another dataset. */
bool hdf5_is_scale(hid_t object);

/* Whether all elements lie in this file, in pieces of bounded size, behind filters that are part of libhdf5.
 */
bool hdf5_storage_check(hid_t object, struct error *err);

/* Sizes along the axes, once it is plausible that the file can fill them with elements of `type`. */
bool hdf5_shape_read(hid_t object, hid_t type, struct shape *out, struct error *err);

/* All elements of an object whose elements are numbers; the caller owns the array. */
bool hdf5_array_read(hid_t object, size_t bytes_max, struct array *out, struct error *err);

/* Reads everything and adds it as the source `name`. */
bool hdf5_source_read(hid_t object, const char *name, struct dataset *dataset, struct error *err);

#endif
