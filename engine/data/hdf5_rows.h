/* engine/data/hdf5_rows.h -- a source that stays in its HDF5 file, of which rows are read when they are asked
 * for. */
#ifndef ENGINE_DATA_HDF5_ROWS_H
#define ENGINE_DATA_HDF5_ROWS_H

#include "engine/data/hdf5_source.h"
#include "engine/data/hdf5_type.h"

/* Adds the HDF5 dataset `name` at the root of `file` as a source; `array` is planned.  Called with libhdf5's
 * lock held; the reader takes it on its own. */
bool hdf5_rows_add(const char *name, const struct hdf5_numbers *numbers, struct array *array,
                   struct hdf5_file *file, struct dataset *dataset, struct error *err);

#endif
