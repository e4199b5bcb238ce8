/* engine/data/random_transformer.h -- what transformers share that treat images at random.
 *
 * Each has a generator of its own, a RandomState, which goes on from epoch to epoch and is part of the saved
 * state. Images are (batch, channel, height, width), ragged or not, or single ones without the first axis. */
#ifndef ENGINE_DATA_RANDOM_TRANSFORMER_H
#define ENGINE_DATA_RANDOM_TRANSFORMER_H

#include "engine/base/random.h"
#include "engine/data/transformer.h"

struct random_transformer {
    /* Changes `spec` to what it is afterwards, not ragged.  Its last three axes are those of an image. */
    bool (*plan)(const void *settings, struct source_spec *spec, struct error *err);
    /* Fills `out` from `count` images. */
    bool (*apply)(const void *settings, const struct tensor *images, int64_t count, bool ragged,
                  struct random_state *random, const struct tensor *out, struct error *err);
};

/* Applies `how` to `which_sources` of `inner`, or to all when they are not given, in the order of the stream.
 * As transformer_type.new otherwise. */
struct data_stream *random_transformer_new(const struct random_transformer *how,
                                           const struct component *component,
                                           const struct text_list *which_sources, int64_t seed,
                                           struct data_stream *inner, struct error_list *errors);

#define RANDOM_SEED(struct_name)                                                                             \
    PARAM(struct_name, rng, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,                           \
          .about = "Seed of the transformer's own generator.")

#endif
