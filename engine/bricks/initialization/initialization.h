/* engine/bricks/initialization/initialization.h -- how parameters get their start values.
 *
 * Values are drawn in double from NumPy's legacy generator in row-major order, and stored in the job's dtype:
 * the same seed gives the numbers of Blocks. */
#ifndef ENGINE_BRICKS_INITIALIZATION_INITIALIZATION_H
#define ENGINE_BRICKS_INITIALIZATION_INITIALIZATION_H

#include "engine/base/error.h"
#include "engine/base/param.h"
#include "engine/base/random.h"
#include "engine/tensor/tensor.h"

/* What a scheme is.  One constant per scheme, at the end of its .c file. */
struct initialization_type {
    struct component_type component;
    /* Reports settings that exclude each other and shapes that the scheme cannot fill.  NULL: takes any. */
    bool (*check)(const struct component *scheme, const struct shape *shape, struct error_list *errors);
    /* Draws every element of `out`.  With out->data NULL the generator moves on, and nothing is stored. False
     * only when memory is out. */
    bool (*generate)(const struct component *scheme, struct random_state *random, const struct tensor *out,
                     struct error *err);
};

extern const struct family initialization_family;

bool initialization_check(const struct component *scheme, const struct shape *shape,
                          struct error_list *errors);
bool initialization_generate(const struct component *scheme, struct random_state *random,
                             const struct tensor *out, struct error *err);

#endif
