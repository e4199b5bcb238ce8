/* engine/data/index_scheme.h -- what all schemes that give indices share: an order of the examples, cut into
 * pieces. */
#ifndef ENGINE_DATA_INDEX_SCHEME_H
#define ENGINE_DATA_INDEX_SCHEME_H

#include "engine/base/random.h"
#include "engine/data/scheme.h"
#include "engine/data/selection.h"

struct index_scheme_options {
    const struct cJSON *examples; /* as in the definition: a count, a list, or NULL for all */
    int64_t batch_size;           /* 0: single examples */
    bool shuffled;
    int64_t rng;         /* seed of the scheme's own generator */
    bool sorted_indices; /* sort each batch after shuffling */
};

struct scheme *index_scheme_new(const struct component *component, const struct index_scheme_options *options,
                                int64_t examples, struct error_list *errors);

/* The functions of a scheme_type. */
bool index_scheme_next_epoch(struct scheme *scheme, struct error *err);
bool index_scheme_next(struct scheme *scheme, struct request *out);
bool index_scheme_save(const struct scheme *scheme, int64_t behind, struct cJSON *state, struct error *err);
bool index_scheme_load(struct scheme *scheme, const struct cJSON *state, struct error *err);
void index_scheme_free(struct scheme *scheme);

#endif
