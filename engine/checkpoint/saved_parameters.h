/* engine/checkpoint/saved_parameters.h -- the arrays of a `_parameters` member, ours or Blocks' own.
 *
 * Read as a whole, compared with a model as a whole, and only then applied: a model is changed completely or
 * not at all. */
#ifndef ENGINE_CHECKPOINT_SAVED_PARAMETERS_H
#define ENGINE_CHECKPOINT_SAVED_PARAMETERS_H

#include "engine/base/arena.h"
#include "engine/data/array.h"
#include "engine/graph/variables.h"

struct saved_parameter {
    const char *path; /* "/mlp/linear_0.W" */
    struct array array;
};

struct saved_parameters {
    struct arena arena;
    struct saved_parameter *items;
    size_t count;
};

enum { SAVED_PARAMETERS_MAX = 4096 };

bool saved_parameters_read(struct saved_parameters *saved, const void *bytes, size_t length,
                           struct error *err);

bool saved_parameters_have(const struct saved_parameters *saved, const char *path);

/* Shapes agree where names do; strict: neither side has a name that the other lacks.  The error lists
 * everything that does not fit, as far as it has room. */
bool saved_parameters_fit(const struct saved_parameters *saved, const struct variables *model, bool strict,
                          struct error *err);

/* After a fit: sets what both sides have, in the model's dtype. */
void saved_parameters_apply(const struct saved_parameters *saved, struct variables *model);
void saved_parameters_fini(struct saved_parameters *saved);

#endif
