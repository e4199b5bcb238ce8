/* engine/data/hdf5_source.h -- one dataset of an HDF5 file as a source.  Called with libhdf5's lock held. */
#ifndef ENGINE_DATA_HDF5_SOURCE_H
#define ENGINE_DATA_HDF5_SOURCE_H

#include <hdf5.h>

#include "engine/data/dataset.h"

/* libhdf5 has one state for the whole process. */
void hdf5_lock(void);
void hdf5_unlock(void);

/* A file in memory, open as long as somebody uses it. */
struct hdf5_file {
    void *bytes;
    size_t length;
    struct in_place in_place;
    size_t users;
    hid_t opened;
};
void hdf5_file_unref(struct hdf5_file *file); /* with the lock held */

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

/* Adds it as the source `name`: reads everything, or leaves it in the file. */
bool hdf5_source_read(hid_t object, const char *name, struct hdf5_file *file, struct dataset *dataset,
                      struct error *err);

#endif
