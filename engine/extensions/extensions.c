/* engine/extensions/extensions.c -- the list of all extensions. */
#include "engine/extensions/extensions.h"

static const struct component_type *const types[] = {
    &checkpoint_type.component,
    &composite_extension_type.component,
    &data_stream_monitoring_type.component,
    &early_stopping_type.component,
    &finish_after_type.component,
    &finish_if_no_improvement_after_type.component,
    &load_type.component,
    &printing_type.component,
    &progress_bar_type.component,
    &shared_variable_modifier_type.component,
    &simple_extension_type.component,
    &timestamp_type.component,
    &timing_type.component,
    &track_the_best_type.component,
    &training_data_monitoring_type.component,
    &training_extension_type.component,
    NULL,
};

const struct family extension_family = {
    .name = "extension",
    .plural = "extensions",
    .types = types,
    .common = extension_common_params,
    .common_size = sizeof(struct extension_common),
};
