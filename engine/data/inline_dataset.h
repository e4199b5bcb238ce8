/* engine/data/inline_dataset.h -- datasets that a definition describes itself instead of naming a stored one.
 */
#ifndef ENGINE_DATA_INLINE_DATASET_H
#define ENGINE_DATA_INLINE_DATASET_H

#include "engine/base/param.h"
#include "engine/data/dataset.h"

enum dataset_purpose {
    DATASET_PLAN, /* dtypes and shapes are enough: sources may come without memory */
    DATASET_USE
};

struct inline_dataset_type {
    struct component_type component;
    /* Makes the dataset; NULL with every error reported. */
    struct dataset *(*open)(const struct component *component, enum dataset_purpose purpose,
                            struct error_list *errors);
};

extern const struct inline_dataset_type synthetic_type;
extern const struct inline_dataset_type
    file_dataset_type; /* only where files may be read: kilnd run and check */

extern const struct family inline_dataset_family;

/* `component` is a member of the family. */
struct dataset *inline_dataset_open(const struct component *component, enum dataset_purpose purpose,
                                    struct error_list *errors);

#endif
