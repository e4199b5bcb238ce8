/* engine/data/sourcewise.h -- what transformers share that treat each of their sources on its own.
 *
 * Those that draw random numbers have a generator of their own, a RandomState, which goes on from epoch to
 * epoch and is part of the saved state. */
#ifndef ENGINE_DATA_SOURCEWISE_H
#define ENGINE_DATA_SOURCEWISE_H

#include "engine/base/random.h"
#include "engine/data/transformer.h"

/* A source of one batch, as it comes. */
struct sourcewise_input {
    const struct batch_source *source;
    int64_t count;               /* of examples; of example schemes 1 */
    struct random_state *random; /* NULL unless the transformer is random */
};

struct sourcewise {
    /* Changes dtype, shape and raggedness of `spec` to what they are afterwards; the first axis, if there is
     * one for the examples, stays.  False: cannot be applied to such a source. */
    bool (*plan)(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                 struct error *err);
    /* Fills `out`.  NULL: the data are the same, under another shape. */
    bool (*apply)(const void *settings, const struct sourcewise_input *in, const struct tensor *out,
                  struct error *err);
    bool random;
    bool takes_ragged; /* sources whose examples differ in shape */
};

/* Applies `how` to `which_sources` of `inner`, or to all when they are not given, in the order of the stream.
 * `rng` seeds the generator of a random one.  As transformer_type.new otherwise. */
struct data_stream *sourcewise_new(const struct sourcewise *how, const struct component *component,
                                   const struct text_list *which_sources, int64_t rng,
                                   struct data_stream *inner, enum dtype real, struct error_list *errors);

#define WHICH_SOURCES(struct_name)                                                                           \
    PARAM(struct_name, which_sources, TEXTS, .nullable = true, .count_max = 64,                              \
          .about = "The sources to change; by default all of the stream.")
#define RANDOM_SEED(struct_name)                                                                             \
    PARAM(struct_name, rng, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,                           \
          .about = "Seed of the transformer's own generator.")

#endif
