/* engine/bricks/brick_apply.c -- bricks applied to nodes. */
#include <inttypes.h>
#include <string.h>

#include "engine/bricks/brick_build.h"

const struct brick_method *brick_method_find(const struct brick_method *methods, const char *name)
{
    for (; methods && methods->name; methods++)
        if (strcmp(methods->name, name) == 0)
            return methods;
    return NULL;
}

bool brick_has_method(const struct brick *brick, const char *method)
{
    return strcmp(method, "apply") == 0 || brick_method_find(brick->type->methods, method);
}

static bool check_inputs(size_t given, int min, int max, struct error *err)
{
    if (given >= (size_t)min && given <= (size_t)max)
        return true;
    if (min == max)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes %d input%s, not %zu", min, min == 1 ? "" : "s",
                     given);
    return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes %d to %d inputs, not %zu", min, max, given);
}

void brick_input_names(const struct brick *brick, struct brick_names *out)
{
    out->count = out->required = 0;
    if (brick->type->input_names)
        brick->type->input_names(brick, out);
}

/* The innermost brick is the one that is named. */
static bool name_brick(const struct brick *brick, struct error *err)
{
    static const char mark[] = "brick /";

    if (strncmp(err->message, mark, sizeof mark - 1) != 0)
        error_prefix(err, "brick %s (%s)", brick->path, brick->type->component.name);
    return false;
}

static bool run(struct brick *brick, const struct brick_method *method, struct graph *graph,
                const struct brick_values *inputs, struct brick_values *results, struct error *err)
{
    struct brick_values out = { .count = 0 };

    if (!check_inputs(inputs->count, method->inputs_min, method->inputs_max, err) ||
        !method->apply(brick, graph, inputs, &out, err))
        return name_brick(brick, err);
    *results = out;
    return true;
}

bool brick_apply(struct brick *brick, struct graph *graph, const struct brick_values *inputs,
                 struct brick_values *results, struct error *err)
{
    const struct brick_type *type = brick->type;
    const struct brick_method method = { .inputs_min = type->inputs_min,
                                         .inputs_max = type->inputs_max,
                                         .apply = type->apply };

    return run(brick, &method, graph, inputs, results, err);
}

bool brick_call(struct brick *brick, const char *name, struct graph *graph, const struct brick_values *inputs,
                struct brick_values *results, struct error *err)
{
    const struct brick_method *method = brick_method_find(brick->type->methods, name);

    if (strcmp(name, "apply") == 0)
        return brick_apply(brick, graph, inputs, results, err);
    if (!method)
        return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "brick %s (%s) has no application method \"%s\"",
                     brick->path, brick->type->component.name, name);
    return run(brick, method, graph, inputs, results, err);
}

struct node *brick_apply_one(struct brick *brick, struct graph *graph, struct node *x, struct error *err)
{
    const struct brick_values inputs = { .items = { x }, .count = 1 };
    struct brick_values results;

    if (!x || !brick_apply(brick, graph, &inputs, &results, err))
        return NULL;
    if (results.count == 1)
        return results.items[0];
    RAISE(err, ERROR_INVALID_VALUE, NULL, "brick %s (%s) has %zu results where one is needed", brick->path,
          brick->type->component.name, results.count);
    return NULL;
}

bool brick_apply_children(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                          struct brick_values *results, struct error *err)
{
    *results = *inputs;
    for (size_t i = 0; i < self->child_count; i++)
        if (!brick_apply(self->children[i], graph, results, results, err))
            return false;
    return true;
}

bool brick_check_last_axis(const struct node *x, int64_t dim, const char *member, struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (node_rank(x) > 0 && node_dim(x, -1) == dim)
        return true;
    RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s does not fit to the %s %" PRId64,
          shape_text(node_shape(x), text), member, dim);
    return error_hint(err, "The last axis of the input has to be as long as %s.", member);
}
