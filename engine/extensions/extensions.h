/* engine/extensions/extensions.h -- every extension; the list is in extensions.c. */
#ifndef ENGINE_EXTENSIONS_EXTENSIONS_H
#define ENGINE_EXTENSIONS_EXTENSIONS_H

#include "engine/extensions/extension.h"

extern const struct extension_type checkpoint_type;
extern const struct extension_type composite_extension_type;
extern const struct extension_type data_stream_monitoring_type;
extern const struct extension_type early_stopping_type;
extern const struct extension_type finish_after_type;
extern const struct extension_type finish_if_no_improvement_after_type;
extern const struct extension_type load_type;
extern const struct extension_type printing_type;
extern const struct extension_type progress_bar_type;
extern const struct extension_type shared_variable_modifier_type;
extern const struct extension_type simple_extension_type;
extern const struct extension_type timestamp_type;
extern const struct extension_type timing_type;
extern const struct extension_type track_the_best_type;
extern const struct extension_type training_data_monitoring_type;
extern const struct extension_type training_extension_type;

extern const struct family extension_family;

#endif
