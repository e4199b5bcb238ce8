/* engine/definition/assembly_algorithm.c -- the algorithm of a job, and what expressions and monitoring see
 * of it. */
#include <stdio.h>
#include <string.h>

#include "engine/definition/assembly.h"
#include "engine/training/gradient_descent.h"

static const struct gradient_descent_settings *settings_of(const struct assembly *assembly)
{
    return assembly->definition->settings.algorithm->settings;
}

/* ---- what expressions of TrainingDataMonitoring can ask for ---- */

static struct node *gradient(void *context, const char *path, struct error *err)
{
    const struct assembly *assembly = context;

    return gradient_descent_gradient(assembly->algorithm, path, err);
}

static struct node *step(void *context, const char *path, struct error *err)
{
    const struct assembly *assembly = context;

    return gradient_descent_step(assembly->algorithm, path, err);
}

static const struct {
    const char *name;
    struct node *(*node)(struct algorithm *algorithm, struct error *err);
} quantities[] = {
    { "algorithm.total_gradient_norm", gradient_descent_total_gradient_norm },
    { "algorithm.total_step_norm", gradient_descent_total_step_norm },
};

bool assembly_names_algorithm(const char *name)
{
    for (size_t i = 0; i < COUNT(quantities); i++)
        if (strcmp(quantities[i].name, name) == 0)
            return true;
    return false;
}

struct node *assembly_algorithm_node(struct assembly *assembly, const char *name, struct error *err)
{
    for (size_t i = 0; i < COUNT(quantities); i++)
        if (strcmp(quantities[i].name, name) == 0)
            return quantities[i].node(assembly->algorithm, err);
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "the algorithm has no \"%s\"", name);
    return NULL;
}

/* ---- building ---- */

/* The name of a variable, or an expression of its own. */
static struct node *find_cost(struct assembly *assembly, struct error_list *errors)
{
    const struct definition *definition = assembly->definition;
    const char *expression = settings_of(assembly)->cost;
    struct brick_values values = { 0 };
    struct error err = { 0 };
    char pointer[sizeof(err.pointer)];

    snprintf(pointer, sizeof(pointer), "%.200s/cost", definition->settings.algorithm->pointer);
    if (!expression_evaluate(assembly->training.scope, expression, pointer, &values, &err)) {
        error_list_add(errors, &err);
        return NULL;
    }
    if (values.count == 1 && node_rank(values.items[0]) == 0)
        return values.items[0];
    RAISE(&err, ERROR_SHAPE, NULL, "the cost \"%.100s\" is not a scalar", expression);
    memcpy(err.pointer, pointer, sizeof(pointer));
    error_hint(&err, "Take the mean or the sum of it.");
    error_list_add(errors, &err);
    return NULL;
}

/* Puts the place of the algorithm in front of errors that know none. */
static void place_errors(struct error_list *errors, size_t from, const char *pointer)
{
    for (size_t i = from; i < errors->count; i++)
        if (!*errors->items[i].pointer)
            snprintf(errors->items[i].pointer, sizeof(errors->items[i].pointer), "%s", pointer);
}

bool assembly_build_algorithm(struct assembly *assembly, struct error_list *errors)
{
    const struct component *component = assembly->definition->settings.algorithm;
    const struct json_path place = { .key = "algorithm" };
    struct gradient_descent_options options = { .graph = assembly->training.graph, .place = &place };
    const struct gradient_descent_settings *settings;
    size_t before = errors->count;

    /* Every variable is looked at, also those that nobody uses. */
    if (!expression_scope_check(assembly->training.scope, errors) || !component ||
        errors_below(errors, component->pointer))
        return false;
    settings = settings_of(assembly);
    options.cost = find_cost(assembly, errors);
    if (!options.cost)
        return false;
    options.parameters = settings->parameters.given ? settings->parameters.items : NULL;
    options.parameter_count = settings->parameters.count;
    options.step_rule = settings->step_rule;
    assembly->algorithm = gradient_descent_new(&options, errors);
    place_errors(errors, before, component->pointer);
    if (!assembly->algorithm)
        return false;
    assembly->gradients = (struct expression_gradients){ assembly, gradient, step };
    return true;
}
