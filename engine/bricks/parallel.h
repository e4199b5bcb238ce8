/* engine/bricks/parallel.h -- copies of one prototype side by side: what Parallel, Fork, Merge and Distribute
 * share.
 *
 * Each name has a child, PREFIX_NAME.  Inputs and results come in the order of the names. */
#ifndef ENGINE_BRICKS_PARALLEL_H
#define ENGINE_BRICKS_PARALLEL_H

#include "engine/bricks/brick_build.h"

struct parallel {
    struct initializable initializable; /* first */
    struct text_list names;
    struct integer_list input_dims, output_dims; /* one for each name */
    int64_t input_dim, output_dim;               /* or the same for all names */
    const char *source_name;                     /* of Distribute: how Blocks calls the first input */
    struct component *prototype;
    const char *child_prefix;
};

/* A member of the table under the name that the brick gives to it. */
#define PARALLEL_PARAM(member, field, kind_name, ...)                                                        \
    {                                                                                                        \
        .name = member, .kind = PARAM_##kind_name, .offset = offsetof(struct parallel, field), __VA_ARGS__   \
    }
#define PARALLEL_NAMES(member, about_it)                                                                     \
    PARALLEL_PARAM(member, names, TEXTS, .required = true, .count_min = 1,                                   \
                   .count_max = BRICK_VALUES_MAX - 1, .about = about_it)
#define PARALLEL_DIMS(member, field, about_it)                                                               \
    PARALLEL_PARAM(member, field, INTEGERS, .required = true, .min = 1, .max = BRICK_WIDTH_MAX,              \
                   .count_max = BRICK_VALUES_MAX - 1, .about = about_it)
#define PARALLEL_DIM(member, field, about_it)                                                                \
    PARALLEL_PARAM(member, field, INTEGER, .required = true, .min = 1, .max = BRICK_WIDTH_MAX,               \
                   .about = about_it)
#define PARALLEL_PREFIX(default_prefix)                                                                      \
    PARALLEL_PARAM("child_prefix", child_prefix, TEXT, .preset = default_prefix,                             \
                   .about = "What the names of the children begin with.")

bool parallel_build(struct brick *self, struct error_list *errors);
bool parallel_push(struct brick *self, struct error_list *errors);
/* Child i applied to input i. */
brick_apply_fn parallel_apply;
/* Every child applied to the first input. */
brick_apply_fn parallel_apply_to_first;

#endif
