/* engine/bricks/initializable.h -- what bricks with parameters have in common.
 *
 * The settings of such a brick begin with a struct initializable, and its table with INITIALIZABLE_PARAMS.
 * A parent's schemes overwrite its children's, and its random generator becomes theirs.  A use_bias that it
 * is given overwrites those of the children that it makes or is made of to transform its inputs
 * (brick_push_use_bias); such a parent has INITIALIZABLE_PARENT_PARAMS in its table. */
#ifndef ENGINE_BRICKS_INITIALIZABLE_H
#define ENGINE_BRICKS_INITIALIZABLE_H

#include "engine/bricks/initialization/initialization.h"

struct initializable {
    struct component *weights_init, *biases_init; /* NULL: none */
    enum optional_boolean use_bias;               /* absent only in parents: the children keep their own */
    int64_t seed;                                 /* INTEGER_ABSENT: drawn */
};

#define INITIALIZABLE_PARAM(field, kind_name, ...)                                                           \
    {                                                                                                        \
        .name = #field, .kind = PARAM_##kind_name, .offset = offsetof(struct initializable, field),          \
        __VA_ARGS__                                                                                          \
    }
/* What use_bias is by default, and what is said about it, is different for parents. */
#define INITIALIZABLE_PARAMS_WITH(...)                                                                       \
    INITIALIZABLE_PARAM(weights_init, COMPONENT, .nullable = true, .family = &initialization_family,         \
                        .about = "How weights start, here and in all children."),                            \
        INITIALIZABLE_PARAM(biases_init, COMPONENT, .nullable = true, .family = &initialization_family,      \
                            .about = "How biases start, here and in all children."),                         \
        INITIALIZABLE_PARAM(use_bias, OPTIONAL_BOOLEAN, .nullable = true, __VA_ARGS__),                      \
        INITIALIZABLE_PARAM(seed, INTEGER, .nullable = true, .min = 0, .max = 4294967295.0,                  \
                            .about = "The seed of its random generator; by default drawn from the job's.")
#define INITIALIZABLE_PARAMS                                                                                 \
    INITIALIZABLE_PARAMS_WITH(.preset = "true", .null_is_preset = true, .about = "Whether there are biases.")
#define INITIALIZABLE_PARENT_PARAMS                                                                          \
    INITIALIZABLE_PARAMS_WITH(.about = "Whether the children have biases; by default as each of them says.")

#endif
