/* engine/data/shipped_dataset.h -- the datasets that are part of the binary. */
#ifndef ENGINE_DATA_SHIPPED_DATASET_H
#define ENGINE_DATA_SHIPPED_DATASET_H

#include "engine/data/dataset.h"

/* Their names, ending in NULL. */
extern const char *const shipped_datasets[];

/* A new dataset with the content of examples/data; ERROR_NOT_FOUND when none ships under that name. */
bool dataset_open_shipped(const char *name, struct dataset **out, struct error *err);

#endif
