/* engine/data/index_scheme.h -- what all schemes that give indices share: an order of the examples, cut into
 * pieces. */
#ifndef ENGINE_DATA_INDEX_SCHEME_H
#define ENGINE_DATA_INDEX_SCHEME_H

#include "engine/base/random.h"
#include "engine/data/scheme.h"
#include "engine/data/selection.h"

/* The settings of all of them; those that a scheme does not have are 0. */
struct index_scheme_settings {
    const struct cJSON *examples; /* a count, a list, or NULL for all */
    int64_t batch_size;           /* 0: single examples */
    int64_t rng;
    bool sorted_indices;
};

#define INDEX_SCHEME_EXAMPLES                                                                                \
    PARAM(index_scheme_settings, examples, JSON,                                                             \
          .about =                                                                                           \
              "A count, taken from the beginning, or a list of examples of the stream; by default all.")
#define INDEX_SCHEME_BATCH_SIZE                                                                              \
    PARAM(index_scheme_settings, batch_size, INTEGER, .required = true, .min = 1, .max = 1e9,                \
          .unit = "examples", .about = "Examples per batch; the last batch of an epoch may be smaller.")
#define INDEX_SCHEME_RNG                                                                                     \
    PARAM(index_scheme_settings, rng, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,                 \
          .about = "Seed of the scheme's own RandomState, which goes on from epoch to epoch.")

/* The functions of a scheme_type: in order, or in a new random order every epoch. */
struct scheme *index_scheme_new(const struct component *component, int64_t examples,
                                struct error_list *errors);
struct scheme *index_scheme_new_shuffled(const struct component *component, int64_t examples,
                                         struct error_list *errors);
bool index_scheme_next_epoch(struct scheme *scheme, struct error *err);
bool index_scheme_next(struct scheme *scheme, struct request *out);
bool index_scheme_save(const struct scheme *scheme, int64_t behind, struct cJSON *state, struct error *err);
bool index_scheme_load(struct scheme *scheme, const struct cJSON *state, struct error *err);
void index_scheme_free(struct scheme *scheme);
#define INDEX_SCHEME_FUNCTIONS                                                                               \
    .next_epoch = index_scheme_next_epoch, .next = index_scheme_next, .save = index_scheme_save,             \
    .load = index_scheme_load, .free = index_scheme_free

#endif
