/* engine/data/dataset_source.h -- where the datasets that a definition names come from. */
#ifndef ENGINE_DATA_DATASET_SOURCE_H
#define ENGINE_DATA_DATASET_SOURCE_H

#include "engine/base/error.h"

struct dataset; /* engine/data/dataset.h */

struct dataset_source {
    void *context;
    /* A new reference to the dataset `name`; false with ERROR_NOT_FOUND when there is none. */
    bool (*open)(void *context, const char *name, struct dataset **out, struct error *err);
    bool files_allowed; /* {"type": "file"}: kilnd run and check only */
};

#endif
