/* engine/bricks/distribute.c -- adds a transformed source to each of several targets.
 *
 * The inputs are the source and then the targets; the results are the new targets. */
#include "engine/bricks/bricks.h"
#include "engine/bricks/parallel.h"

static const struct param params[] = {
    PARALLEL_NAMES("target_names", "Names of the targets; each has a child."),
    PARALLEL_PARAM("source_name", source_name, TEXT, .required = true, .about = "What the source is called."),
    PARALLEL_DIMS("target_dims", output_dims, "Columns of each target."),
    PARALLEL_DIM("source_dim", input_dim, "Columns of the source."),
    PARALLEL_PARAM("prototype", prototype, COMPONENT, .preset = "{\"type\": \"Linear\", \"use_bias\": false}",
                   .nullable = true, .null_is_preset = true, .family = &brick_family,
                   .about = "The brick after which the children are made."),
    PARALLEL_PREFIX("\"fork\""),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

static bool distribute_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                             struct brick_values *results, struct error *err)
{
    if (inputs->count != self->child_count + 1)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes the source and %zu targets, not %zu inputs",
                     self->child_count, inputs->count);
    if (!parallel_apply_to_first(self, graph, inputs, results, err))
        return false;
    for (size_t i = 0; i < results->count; i++) {
        results->items[i] = node_add(graph, results->items[i], inputs->items[i + 1], err);
        if (!results->items[i])
            return false;
    }
    return true;
}

const struct brick_type distribute_brick_type = {
    .component = { .name = "Distribute",
                   .about = "Transforms a source and adds it to several targets.",
                   .params = params,
                   .settings_size = sizeof(struct parallel) },
    .initializable = true,
    .inputs_min = 2,
    .inputs_max = BRICK_VALUES_MAX,
    .build = parallel_build,
    .push = parallel_push,
    .apply = distribute_apply,
};
