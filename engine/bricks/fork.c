/* engine/bricks/fork.c -- several results out of one input. */
#include "engine/bricks/bricks.h"
#include "engine/bricks/parallel.h"

static const struct param params[] = {
    PARALLEL_NAMES("output_names", "Names of the results; each has a child."),
    PARALLEL_DIM("input_dim", input_dim, "Columns of the input."),
    PARALLEL_DIMS("output_dims", output_dims, "Columns of each result."),
    PARALLEL_PARAM("prototype", prototype, COMPONENT, .preset = "\"Linear\"", .nullable = true,
                   .null_is_preset = true, .family = &brick_family,
                   .about = "The brick after which the children are made."),
    PARALLEL_PREFIX("\"fork\""),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

const struct brick_type fork_brick_type = {
    .component = { .name = "Fork",
                   .about = "Applies copies of one brick to the same input, for several results.",
                   .params = params,
                   .settings_size = sizeof(struct parallel) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .build = parallel_build,
    .push = parallel_push,
    .apply = parallel_apply_to_first,
};
