/* engine/data/stream_settings.h -- one member of a definition's data_streams, and the stream it describes. */
#ifndef ENGINE_DATA_STREAM_SETTINGS_H
#define ENGINE_DATA_STREAM_SETTINGS_H

#include "engine/base/param.h"
#include "engine/data/cross_validation.h"
#include "engine/data/dataset.h"
#include "engine/data/transformer.h"

struct stream_settings {
    const struct cJSON *dataset; /* a name, or an object of inline_dataset_family: opened by definition/ */
    const struct cJSON *examples;
    struct cross_validation_settings *cross_validation; /* NULL: all examples */
    struct text_list sources;
    struct component *iteration_scheme;
    struct component_list transformers;
};

extern const struct param stream_params[];

/* Makes the stream over `dataset`, which may be a plan (without memory) as long as no batch is asked for.
 * NULL with every error reported below `path`.  Sources of real numbers come in the job's dtype;
 * labels stay integers.  The stream takes a reference to the dataset and keeps pointers into `settings`,
 * which have to outlive it. */
struct data_stream *stream_settings_open(const struct stream_settings *settings, const struct json_path *path,
                                         struct dataset *dataset, const struct transforming *with,
                                         struct error_list *errors);

#endif
