/* engine/data/sourcewise.h -- what transformers share that treat each of their sources on its own. */
#ifndef ENGINE_DATA_SOURCEWISE_H
#define ENGINE_DATA_SOURCEWISE_H

#include "engine/data/transformer.h"

struct sourcewise {
    /* Changes dtype and shape of `spec` to what they are afterwards; the first axis, if there is one for the
     * examples, stays.  False: cannot be applied to such a source. */
    bool (*plan)(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                 struct error *err);
    /* Fills `out`.  NULL: the data are the same, under another shape. */
    bool (*apply)(const void *settings, const struct tensor *in, const struct tensor *out, struct error *err);
};

/* Applies `how` to `which_sources` of `inner`, or to all when they are not given.  As transformer_type.new
 * otherwise. */
struct data_stream *sourcewise_new(const struct sourcewise *how, const struct component *component,
                                   const struct text_list *which_sources, struct data_stream *inner,
                                   enum dtype real, struct error_list *errors);

#define WHICH_SOURCES(struct_name)                                                                           \
    PARAM(struct_name, which_sources, TEXTS, .nullable = true, .count_max = 64,                              \
          .about = "The sources to change; by default all of the stream.")

#endif
