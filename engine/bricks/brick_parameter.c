/* engine/bricks/brick_parameter.c -- parameters of bricks: declared, visited, used as nodes. */
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/bricks/brick_build.h"

/* The brick to which a missing scheme is best given: the outermost that passes it on. */
static const struct brick *outermost_initializable(const struct brick *brick)
{
    while (brick->parent && brick->parent->type->initializable)
        brick = brick->parent;
    return brick;
}

static bool report_missing(const struct brick *self, const char *scheme, const char *name,
                           struct error_list *errors)
{
    if (self->tree->missing_scheme)
        return false;
    self->tree->missing_scheme = true;
    REPORT_AT(errors, ERROR_MISSING_MEMBER, outermost_initializable(self)->component, NULL,
              "no %s is given to fill %s.%s", scheme, self->path, name);
    return error_list_hint(errors, "Give %s to the brick or to one around it, for example %s.", scheme,
                           strcmp(scheme, "biases_init") == 0
                               ? "{\"type\": \"Constant\", \"constant\": 0}"
                               : "{\"type\": \"IsotropicGaussian\", \"std\": 0.05}");
}

static bool same_error(const struct error *a, const struct error *b)
{
    return strcmp(a->pointer, b->pointer) == 0 && strcmp(a->message, b->message) == 0;
}

/* Layers share schemes: what is wrong with one is said once. */
static void add_new_errors(struct error_list *errors, struct error_list *found)
{
    for (size_t i = 0; i < found->count; i++) {
        bool known = false;

        for (size_t k = 0; k < errors->count && !known; k++)
            known = same_error(&errors->items[k], &found->items[i]);
        if (!known)
            error_list_add(errors, &found->items[i]);
    }
    error_list_fini(found);
}

static bool check_scheme(const struct component *scheme, const struct shape *shape, struct error_list *errors)
{
    struct error_list found = { 0 };
    const bool fits = initialization_check(scheme, shape, &found);

    add_new_errors(errors, &found);
    return fits;
}

bool brick_add_filled(struct brick *self, const char *name, const struct shape *shape,
                      enum parameter_role role, const struct component *scheme, double start,
                      struct error_list *errors)
{
    struct arena *arena = &self->tree->arena;
    struct brick_parameter *grown = arena_array(arena, self->parameter_count + 1, sizeof *grown);
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (!shape_count(shape, &elements) || elements > BRICK_PARAMETER_ELEMENTS_MAX)
        return REPORT_AT(errors, ERROR_LIMIT, self->component, NULL,
                         "%s.%s of shape %s has more than %d elements", self->path, name,
                         shape_text(shape, text), BRICK_PARAMETER_ELEMENTS_MAX);
    if (scheme && !check_scheme(scheme, shape, errors))
        return false;
    if (self->parameter_count)
        memcpy(grown, self->parameters, self->parameter_count * sizeof *grown);
    grown[self->parameter_count++] = (struct brick_parameter){
        .name = name,
        .path = arena_format(arena, "%s.%s", self->path, name),
        .shape = *shape,
        .role = role,
        .initialization = scheme,
        .start = start,
        .pieces = 1,
    };
    self->parameters = grown;
    return true;
}

bool brick_add_parameter(struct brick *self, const char *name, const struct shape *shape,
                         enum parameter_role role, struct error_list *errors)
{
    const struct initializable *schemes = self->settings;
    const bool is_bias = role == PARAMETER_BIAS;
    const struct component *scheme = is_bias ? schemes->biases_init : schemes->weights_init;

    if (!scheme)
        return report_missing(self, is_bias ? "biases_init" : "weights_init", name, errors);
    return brick_add_filled(self, name, shape, role, scheme, 0, errors);
}

bool brick_add_pieces(struct brick *self, const char *name, const struct shape *shape, int64_t pieces,
                      struct error_list *errors)
{
    if (!brick_add_parameter(self, name, shape, PARAMETER_WEIGHT, errors))
        return false;
    self->parameters[self->parameter_count - 1].pieces = pieces;
    return true;
}

bool brick_need_dim(const struct brick *self, const char *member, int64_t dim, struct error_list *errors)
{
    if (dim != INTEGER_ABSENT)
        return true;
    REPORT_AT(errors, ERROR_MISSING_MEMBER, self->component, NULL, "%s (%s) has no %s", self->path,
              self->type->component.name, member);
    return error_list_hint(errors, "Add the member \"%s\": dimensions are not guessed from the data.",
                           member);
}

bool brick_need_dims(const struct brick *self, int64_t input_dim, int64_t output_dim,
                     struct error_list *errors)
{
    const bool has_input = brick_need_dim(self, "input_dim", input_dim, errors);

    return brick_need_dim(self, "output_dim", output_dim, errors) && has_input;
}

bool brick_each_parameter(const struct brick *brick, brick_parameter_fn *each, void *context)
{
    for (size_t i = 0; i < brick->child_count; i++)
        if (!brick_each_parameter(brick->children[i], each, context))
            return false;
    for (size_t i = 0; i < brick->parameter_count; i++)
        if (brick->parameters[i].role != PARAMETER_STATISTIC && !each(context, brick, &brick->parameters[i]))
            return false;
    return true;
}

static const struct brick_parameter *find_parameter(const struct brick *brick, const char *name)
{
    for (size_t i = 0; i < brick->parameter_count; i++)
        if (strcmp(brick->parameters[i].name, name) == 0)
            return &brick->parameters[i];
    return NULL;
}

struct node *brick_parameter_node(const struct brick *self, struct graph *graph, const char *name,
                                  struct error *err)
{
    const struct brick_parameter *parameter = find_parameter(self, name);

    if (parameter->role == PARAMETER_STATISTIC)
        return node_shared(graph, parameter->path, &parameter->shape, err);
    return node_parameter(graph, parameter->path, &parameter->shape, err);
}

bool brick_has_variable(const struct brick *brick, const char *name)
{
    return find_parameter(brick, name) || brick_method_find(brick->type->auxiliaries, name);
}

struct node *brick_variable(struct brick *brick, struct graph *graph, const char *name, struct error *err)
{
    const struct brick_method *auxiliary = brick_method_find(brick->type->auxiliaries, name);
    const struct brick_values none = { .count = 0 };
    struct brick_values results = { .count = 0 };

    if (find_parameter(brick, name))
        return brick_parameter_node(brick, graph, name, err);
    if (!auxiliary) {
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "brick %s (%s) has no variable \"%s\"", brick->path,
              brick->type->component.name, name);
        return NULL;
    }
    return auxiliary->apply(brick, graph, &none, &results, err) ? results.items[0] : NULL;
}
