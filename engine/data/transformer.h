/* engine/data/transformer.h -- streams that change what another stream delivers. */
#ifndef ENGINE_DATA_TRANSFORMER_H
#define ENGINE_DATA_TRANSFORMER_H

#include "engine/base/param.h"
#include "engine/data/stream.h"

struct transformer_type {
    struct component_type component;
    /* Wraps `inner` and owns it from here on.  NULL with every error reported: `inner` is still the caller's.
     * `real` is the job's dtype.  Keeps pointers into `component`, which has to outlive the stream. */
    struct data_stream *(*new)(const struct component *component, struct data_stream *inner, enum dtype real,
                               struct error_list *errors);
    bool forgets; /* its streams do not remember, whatever they wrap: what is slow has to be read ahead below
                   */
};

#endif
