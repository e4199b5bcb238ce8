/* engine/data/transformers.c -- see transformers.h. */
#include "engine/data/transformers.h"

static const struct component_type *const types[] = {
    &scale_and_shift_type.component,
    &cast_type.component,
    &flatten_type.component,
    &one_hot_type.component,
    &padding_type.component,
    &sort_mapping_type.component,
    &cache_type.component,
    &batch_type.component,
    &unpack_type.component,
    &filter_type.component,
    &random_fixed_size_crop_type.component,
    &random_horizontal_flip_type.component,
    NULL,
};

const struct family transformer_family = {
    .name = "transformer",
    .plural = "transformers",
    .types = types,
};
