/* engine/bricks/parallel.c -- one child for each input, all made after one prototype. */
#include "engine/bricks/parallel.h"

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"

static const struct param params[] = {
    PARALLEL_NAMES("input_names", "Names of the inputs; each has a child."),
    PARALLEL_DIMS("input_dims", input_dims, "Columns of each input."),
    PARALLEL_DIMS("output_dims", output_dims, "Columns of each result."),
    PARALLEL_PARAM("prototype", prototype, COMPONENT, .required = true, .family = &brick_family,
                   .about = "The brick after which the children are made."),
    PARALLEL_PREFIX("\"transform\""),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

bool parallel_build(struct brick *self, struct error_list *errors)
{
    const struct parallel *parallel = self->settings;
    bool good = true;

    if (!brick_type_of(parallel->prototype)->set_dims)
        return REPORT_AT(errors, ERROR_INVALID_VALUE, parallel->prototype, NULL,
                         "a brick of type %s has no input_dim and output_dim",
                         parallel->prototype->type->name);
    for (size_t i = 0; good && i < parallel->names.count; i++)
        good = brick_add_child(
            self, parallel->prototype,
            arena_format(&self->tree->arena, "%s_%s", parallel->child_prefix, parallel->names.items[i]),
            errors);
    return good;
}

static bool check_count(const struct brick *self, const struct integer_list *dims, struct error_list *errors)
{
    const struct parallel *parallel = self->settings;

    return !dims->given || dims->count == parallel->names.count ||
           REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, NULL,
                     "%s has %zu names and %zu dimensions for them", self->path, parallel->names.count,
                     dims->count);
}

bool parallel_push(struct brick *self, struct error_list *errors)
{
    const struct parallel *parallel = self->settings;

    if (!check_count(self, &parallel->input_dims, errors) ||
        !check_count(self, &parallel->output_dims, errors))
        return false;
    for (size_t i = 0; i < self->child_count; i++) {
        struct brick *child = self->children[i];

        child->type->set_dims(
            child, parallel->input_dims.given ? parallel->input_dims.items[i] : parallel->input_dim,
            parallel->output_dims.given ? parallel->output_dims.items[i] : parallel->output_dim);
        brick_push_use_bias(self, child);
    }
    return true;
}

static bool apply_children(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                           bool to_first, struct brick_values *results, struct error *err)
{
    if (!to_first && inputs->count != self->child_count)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes %zu inputs, not %zu", self->child_count,
                     inputs->count);
    for (size_t i = 0; i < self->child_count; i++) {
        results->items[i] = brick_apply_one(self->children[i], graph, inputs->items[to_first ? 0 : i], err);
        if (!results->items[i])
            return false;
    }
    results->count = self->child_count;
    return true;
}

bool parallel_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                    struct brick_values *results, struct error *err)
{
    return apply_children(self, graph, inputs, false, results, err);
}

bool parallel_apply_to_first(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                             struct brick_values *results, struct error *err)
{
    return apply_children(self, graph, inputs, true, results, err);
}

const struct brick_type parallel_brick_type = {
    .component = { .name = "Parallel",
                   .about = "Applies copies of one brick to several inputs.",
                   .params = params,
                   .settings_size = sizeof(struct parallel) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = BRICK_VALUES_MAX,
    .build = parallel_build,
    .push = parallel_push,
    .apply = parallel_apply,
};
