/* engine/data/dataset_folder.h -- how a stored dataset lies on the disk: a folder with dataset.json and one
 * SOURCE.npy each.
 *
 * A ragged source has its shapes in SOURCE.shapes.npy besides.  dataset.json names the sources in their order
 * with dtype and shape.  Opening maps the files: jobs that use one dataset share its pages.  A folder is
 * never changed once it is written. */
#ifndef ENGINE_DATA_DATASET_FOLDER_H
#define ENGINE_DATA_DATASET_FOLDER_H

#include "engine/data/dataset.h"

/* Writes into `folder`, which exists and is empty; all files and the folder are flushed to the disk.  After a
 * failure whatever was written is still there. */
bool dataset_save_folder(const struct dataset *dataset, const char *folder, struct error *err);

/* ERROR_NOT_FOUND when there is no such folder, ERROR_CORRUPT when it is not as it was written. */
bool dataset_open_folder(const char *folder, struct dataset **out, struct error *err);

#endif
