/* engine/bricks/merge.c -- the sum of transformed inputs. */
#include "engine/bricks/bricks.h"
#include "engine/bricks/parallel.h"

static const struct param params[] = {
    PARALLEL_NAMES("input_names", "Names of the inputs; each has a child."),
    PARALLEL_DIMS("input_dims", input_dims, "Columns of each input."),
    PARALLEL_DIM("output_dim", output_dim, "Columns of the sum."),
    PARALLEL_PARAM("prototype", prototype, COMPONENT, .preset = "{\"type\": \"Linear\", \"use_bias\": false}",
                   .nullable = true, .null_is_preset = true, .family = &brick_family,
                   .about = "The brick after which the children are made."),
    PARALLEL_PREFIX("\"transform\""),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

static bool merge_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                        struct brick_values *results, struct error *err)
{
    struct brick_values parts = { .count = 0 };
    struct node *sum;

    if (!parallel_apply(self, graph, inputs, &parts, err))
        return false;
    sum = parts.items[0];
    for (size_t i = 1; i < parts.count; i++)
        sum = node_add(graph, sum, parts.items[i], err);
    return brick_result(results, sum);
}

const struct brick_type merge_brick_type = {
    .component = { .name = "Merge",
                   .about = "Transforms several inputs and adds them up.",
                   .params = params,
                   .settings_size = sizeof(struct parallel) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = BRICK_VALUES_MAX,
    .build = parallel_build,
    .push = parallel_push,
    .apply = merge_apply,
};
