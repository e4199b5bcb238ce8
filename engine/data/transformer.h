/* engine/data/transformer.h -- streams that change what another stream delivers. */
#ifndef ENGINE_DATA_TRANSFORMER_H
#define ENGINE_DATA_TRANSFORMER_H

#include "engine/base/param.h"
#include "engine/data/stream.h"

struct value; /* engine/base/value.h */

/* Functions that users write, from the storey above.  They are used by the thread that uses the stream. */
struct data_functions {
    void *context;
    /* Takes one argument.  `pointer` is its place in the definition.  NULL: it cannot be used. */
    void *(*open)(void *context, const char *source, const char *pointer, struct error *err);
    /* Whether it answers with what Lua takes as true. */
    bool (*truth)(void *function, const struct value *argument, bool *out, struct error *err);
    void (*close)(void *function);
};

/* What transformers need to know of the job. */
struct transforming {
    enum dtype real;                        /* the job's dtype */
    const struct data_functions *functions; /* NULL: there are none here; borrowed while the stream lives */
};

struct transformer_type {
    struct component_type component;
    /* Wraps `inner` and owns it from here on.  NULL with every error reported: `inner` is still the caller's.
     * Keeps pointers into `component`, which has to outlive the stream. */
    struct data_stream *(*new)(const struct component *component, struct data_stream *inner,
                               const struct transforming *with, struct error_list *errors);
    bool forgets; /* its streams do not remember, whatever they wrap: what is slow has to be read ahead below
                   */
};

#endif
