/* engine/definition/assembly_extensions.c -- the extensions of a job, and what they can ask it for. */
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/assembly.h"
#include "engine/extensions/extensions.h"
#include "engine/script/function.h"

/* A part that was found to be wrong before: what asks for it is told so, and nothing more is reported (an
 * error without code is not added to lists). */
static bool raise_known(struct error *err)
{
    return RAISE(err, ERROR_NONE, NULL, "follows from another error");
}

static struct data_stream *context_stream(void *context, const char *name, struct error *err)
{
    const struct assembly *assembly = context;
    const struct definition *definition = assembly->definition;

    for (size_t i = 0; i < definition->stream_count; i++)
        if (strcmp(definition->streams[i].name, name) == 0) {
            if (!assembly->others[i])
                raise_known(err);
            return assembly->others[i];
        }
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no data stream \"%s\"", name);
    error_hint(err, "The section data_streams names all of them.");
    return NULL;
}

static bool shared_number(const struct assembly *assembly, const char *name, struct live_number *out,
                          struct error *err)
{
    const struct variable *variable = variables_find(assembly->variables, name);
    const struct definition *definition = assembly->definition;

    for (size_t i = 0; i < definition->shared_count; i++)
        if (strcmp(definition->shared[i].name, name) == 0) {
            if (!variable)
                variable = variables_declare(assembly->variables, VARIABLE_SHARED, name, assembly->real,
                                             &definition->shared[i].shape, err);
            if (variable)
                *out = (struct live_number){ .tensor = &variable->value };
            return variable;
        }
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no shared variable \"%s\"", name);
    return error_hint(err, "The section shared names all of them.");
}

static bool raise_not_live(const char *path, struct error *err)
{
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no live parameter \"%s\"", path);
    return error_hint(err, "Live are shared.NAME and the hyper-parameters of the step rule, such as "
                           "algorithm.step_rule.learning_rate.");
}

/* "algorithm.step_rule.learning_rate", "shared.NAME" */
static bool context_live(void *context, const char *path, struct live_number *out, struct error *err)
{
    static const char of_algorithm[] = "algorithm.", of_shared[] = "shared.";
    const struct assembly *assembly = context;

    if (strncmp(path, of_shared, strlen(of_shared)) == 0)
        return shared_number(assembly, path + strlen(of_shared), out, err);
    if (strncmp(path, of_algorithm, strlen(of_algorithm)) == 0) {
        if (!assembly->algorithm)
            return raise_known(err);
        *out = (struct live_number){ .number = assembly->algorithm->type->live(assembly->algorithm,
                                                                               path + strlen(of_algorithm)) };
        if (out->number)
            return true;
    }
    return raise_not_live(path, err);
}

/* grad(path) and step(path) are answered in TrainingDataMonitoring only: everywhere else they are refused. */
static bool evaluate(struct assembly *assembly, const char *expression, bool training,
                     struct brick_values *values, struct error *err)
{
    struct expression_scope *scope = training ? assembly->training.scope : assembly->evaluation.scope;
    bool evaluated;

    if (training)
        expression_scope_allow_gradients(scope, &assembly->gradients);
    evaluated = expression_evaluate(scope, expression, "", values, err);
    if (training)
        expression_scope_allow_gradients(scope, NULL);
    return evaluated;
}

/* "algorithm.step_rule.rate", and no expression of more than that. */
static bool is_path_of_algorithm(const char *expression)
{
    return strncmp(expression, "algorithm.", strlen("algorithm.")) == 0 &&
           strspn(expression, "abcdefghijklmnopqrstuvwxyz_.[]0123456789") == strlen(expression);
}

static struct node *context_variable(void *context, const char *expression, bool training, struct error *err)
{
    struct assembly *assembly = context;
    struct brick_values values = { 0 };

    if (!assembly->algorithm) {
        raise_known(err);
        return NULL;
    }
    if (assembly_names_algorithm(expression)) {
        if (training)
            return assembly_algorithm_node(assembly, expression, err);
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "\"%s\" is only there while training", expression);
        error_hint(err, "Monitor it with TrainingDataMonitoring.");
        return NULL;
    }
    if (assembly_names_live(assembly, expression))
        return assembly_live_node(assembly, expression, training, err);
    if (is_path_of_algorithm(expression)) {
        raise_not_live(expression, err);
        return NULL;
    }
    if (!evaluate(assembly, expression, training, &values, err))
        return NULL;
    if (values.count == 1)
        return values.items[0];
    RAISE(err, ERROR_INVALID_VALUE, NULL, "\"%.100s\" gives %zu results, not one", expression, values.count);
    return NULL;
}

static struct graph *context_graph(void *context, bool training)
{
    const struct assembly *assembly = context;

    return training ? assembly->training.graph : assembly->evaluation.graph;
}

static struct extension *context_extension(void *context, const char *name, struct error *err)
{
    const struct assembly *assembly = context;

    for (size_t i = 0; i < assembly->extension_count; i++)
        if (strcmp(assembly->extensions[i]->base.name, name) == 0)
            return assembly->extensions[i];
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "no extension before this one is called \"%s\"", name);
    return NULL;
}

/* An extension that is written inside another one.  Binding knows it as a document of its own: the place
 * where it really stands is put in front of the pointers. */
static struct extension *context_build(void *context, const cJSON *json, const char *pointer,
                                       struct error_list *errors)
{
    struct assembly *assembly = context;
    struct error_list found = { 0 };
    struct binder binder = { .document = &assembly->document,
                             .errors = &found,
                             .check_function = script_check_function };
    const struct json_path root = { 0 };
    struct component *component = NULL;
    struct extension *extension = NULL;

    if (bind_component(&binder, json, &root, &extension_family, &component)) {
        component->pointer = arena_text(&assembly->document.arena, pointer);
        extension = extension_new(component, &assembly->context, errors);
    }
    for (size_t i = 0; i < found.count; i++) {
        struct error err = found.items[i];
        snprintf(err.pointer, sizeof(err.pointer), "%.120s%.120s", pointer, found.items[i].pointer);
        error_list_add(errors, &err);
    }
    error_list_fini(&found);
    return extension;
}

void assembly_open_context(struct assembly *assembly)
{
    assembly->context = (struct extension_context){
        .context = assembly,
        .script = assembly->script,
        .log_port = &assembly->log_port,
        .main_loop_port = &assembly->main_loop_port,
        .stream = context_stream,
        .live = context_live,
        .variable = context_variable,
        .graph = context_graph,
        .extension = context_extension,
        .build = context_build,
    };
}

bool assembly_build_extensions(struct assembly *assembly, struct error_list *errors)
{
    const struct component_list *defined = &assembly->definition->settings.extensions;
    bool built = true;

    assembly->extensions = memory_new(defined->count + 1, sizeof(struct extension *));
    assembly->listed = memory_new(defined->count + 1, sizeof(struct training_extension *));
    for (size_t i = 0; i < defined->count; i++) {
        struct extension *extension = NULL;
        if (defined->items[i] && !errors_below(errors, defined->items[i]->pointer))
            extension = extension_new(defined->items[i], &assembly->context, errors);
        if (!extension) {
            built = false;
            continue;
        }
        assembly->extensions[assembly->extension_count] = extension;
        assembly->listed[assembly->extension_count++] = extension_base(extension);
    }
    for (size_t i = 0; i < assembly->extension_count; i++)
        built = extension_link(assembly->extensions[i], &assembly->context, errors) && built;
    return built;
}
