/* engine/data/inline_dataset.c -- see inline_dataset.h. */
#include "engine/data/inline_dataset.h"

static const struct component_type *const types[] = {
    &synthetic_type.component,
    &file_dataset_type.component,
    NULL,
};

const struct family inline_dataset_family = {
    .name = "dataset",
    .plural = "inline_datasets",
    .types = types,
};

struct dataset *inline_dataset_open(const struct component *component, enum dataset_purpose purpose,
                                    struct error_list *errors)
{
    return ((const struct inline_dataset_type *)component->type)->open(component, purpose, errors);
}
