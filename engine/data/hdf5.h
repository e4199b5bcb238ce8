/* engine/data/hdf5.h -- a dataset as an HDF5 file in the layout of Fuel's H5PYDataset.
 *
 * Every HDF5 dataset at the root of the file is a source, one example per entry of its first axis, in the
 * order of their names.  Dimension scales, groups and links are no sources; the attribute `split` is not
 * looked at, as a stream says itself which examples it uses. Read: integers, float16 (made float32), float32,
 * float64 in any byte order, h5py's booleans; contiguous, compact and chunked storage, chunks with gzip,
 * shuffle and fletcher32.  Refused by name: everything else, above all what lies in other files and filters
 * that would have to be loaded.  Variable-length lists are ragged
 * sources (hdf5_ragged.h).  libhdf5 has one state for the whole process and is not thread-safe: calls
 * from several threads wait for each other. */
#ifndef ENGINE_DATA_HDF5_H
#define ENGINE_DATA_HDF5_H

#include "engine/data/dataset.h"

bool hdf5_guess(const void *bytes, size_t length); /* by its first bytes */

/* Adds every source to `dataset`.  `bytes` have to outlive what is left in the file: in place are sources
 * that are contiguous and in native numbers; others are read row by row, under the library's lock, while the
 * file stays open.  Ragged sources are always read. */
bool hdf5_read(const void *bytes, size_t length, const struct in_place *in_place, struct dataset *dataset,
               struct error *err);

#endif
