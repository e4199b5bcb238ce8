/* engine/definition/assembly.c -- see assembly.h. */
#include "engine/definition/assembly.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/log_port.h"
#include "engine/definition/main_loop_port.h"
#include "engine/definition/stream_functions.h"
#include "engine/tensor/numeric_profile.h"

bool errors_below(const struct error_list *errors, const char *pointer)
{
    size_t length = strlen(pointer);

    for (size_t i = 0; i < errors->count; i++) {
        const char *place = errors->items[i].pointer;
        if (strncmp(place, pointer, length) == 0 && (!place[length] || place[length] == '/'))
            return true;
    }
    return false;
}

static bool report(struct error_list *errors, const struct error *err)
{
    return error_list_add(errors, err);
}

static bool build_basis(struct assembly *assembly, struct error_list *errors)
{
    const struct job_settings *settings = &assembly->definition->settings;
    struct error err = { 0 };

    assembly->real = settings->dtype == 1 ? DTYPE_FLOAT64 : DTYPE_FLOAT32;
    assembly->variables = variables_new(assembly->real);
    assembly->log = log_new();
    assembly->log_port = log_port_of(assembly->log);
    main_loop_port_open(assembly);
    assembly->script = script_new((uint32_t)settings->seed, &err);
    if (!assembly->script)
        return report(errors, &err);
    assembly->data_functions = stream_functions(assembly->script);
    snprintf(assembly->numeric_profile, sizeof(assembly->numeric_profile), "%s, threads %" PRId64,
             numeric_profile(), settings->threads);
    assembly->identity = (struct main_loop_identity){
        .definition_sha256 = assembly->definition->sha256,
        .numeric_profile = assembly->numeric_profile,
        .random = script_random(assembly->script),
    };
    return true;
}

static bool build_bricks(struct assembly *assembly, struct error_list *errors)
{
    const struct definition *definition = assembly->definition;
    bool built = true;

    assembly->bricks = memory_new(definition->brick_count + 1, sizeof(*assembly->bricks));
    for (size_t i = 0; i < definition->brick_count; i++) {
        const struct defined_brick *defined = &definition->bricks[i];
        struct brick *brick = NULL;
        if (defined->component && !errors_below(errors, defined->pointer))
            brick = brick_new(defined->component, defined->name, errors);
        if (brick)
            assembly->bricks[assembly->brick_count++] = brick;
        else
            built = false;
    }
    return built;
}

static void build_loop(struct assembly *assembly)
{
    const struct definition *definition = assembly->definition;

    assembly->evaluated = memory_new(definition->stream_count, sizeof(*assembly->evaluated));
    for (size_t i = 0; i < definition->stream_count; i++)
        assembly->evaluated[i] =
            (struct evaluated_stream){ definition->streams[i].name, assembly->others[i] };

    const struct main_loop_parts parts = {
        .algorithm = assembly->algorithm,
        .stream = assembly->stream,
        .model = assembly->variables,
        .log = assembly->log,
        .extensions = assembly->listed,
        .extension_count = assembly->extension_count,
        .sink = assembly->ports.sink,
        .control = assembly->ports.control,
        .clock = assembly->ports.clock,
        .autosave = assembly->ports.autosave,
        .autosave_context = assembly->ports.autosave_context,
        .identity = &assembly->identity,
        .evaluated = assembly->evaluated,
        .evaluated_count = definition->stream_count,
        .algorithm_pointer = definition->settings.algorithm ? definition->settings.algorithm->pointer : NULL,
        .stream_pointer = definition->training_stream ? definition->training_stream->pointer : NULL,
    };

    main_loop_init(&assembly->loop, &parts);
}

/* Without graphs to evaluate them in, the variables are only read. */
static void check_grammar(const struct definition *definition, struct error_list *errors)
{
    for (size_t i = 0; i < definition->variable_count; i++) {
        struct error err = { 0 };
        if (expression_grammar(definition->variables[i].expression, &err))
            continue;
        snprintf(err.pointer, sizeof(err.pointer), "%s", definition->variables[i].pointer);
        report(errors, &err);
    }
}

/* Each step goes on with what the ones before could build, so that one reading finds as much as possible. */
static bool build(struct assembly *assembly, struct error_list *errors)
{
    bool bricks, streams;

    if (!build_basis(assembly, errors))
        return false;
    bricks = build_bricks(assembly, errors);
    streams = assembly_build_streams(assembly, errors);
    if (bricks && streams && !errors_below(errors, "/variables") && !errors_below(errors, "/shared")) {
        if (assembly_build_graphs(assembly, errors))
            assembly_build_algorithm(assembly, errors);
    } else {
        check_grammar(assembly->definition, errors);
    }
    assembly_open_context(assembly);
    return assembly_build_extensions(assembly, errors);
}

struct assembly *assembly_new(const struct definition *definition, const struct assembly_ports *ports,
                              bool plan, struct error_list *errors)
{
    struct assembly *assembly = memory_new(1, sizeof(*assembly));

    assembly->definition = definition;
    assembly->plan = plan;
    if (ports)
        assembly->ports = *ports;
    if (build(assembly, errors) && !errors->count) {
        build_loop(assembly);
        return assembly;
    }
    assembly_free(assembly);
    return NULL;
}

static void free_graph(struct assembly_graph *graph)
{
    expression_scope_free(graph->scope);
    graph_free(graph->graph);
    free(graph->sources);
}

void assembly_free(struct assembly *assembly)
{
    if (!assembly)
        return;
    for (size_t i = 0; i < assembly->extension_count; i++)
        extension_free(assembly->extensions[i]);
    free(assembly->extensions);
    free(assembly->listed);
    algorithm_free(assembly->algorithm);
    assembly_free_lives(assembly);
    free_graph(&assembly->training);
    free_graph(&assembly->evaluation);
    for (size_t i = 0; assembly->others && i < assembly->definition->stream_count; i++)
        data_stream_free(assembly->others[i]);
    free(assembly->others);
    free(assembly->evaluated);
    data_stream_free(assembly->stream);
    for (size_t i = 0; i < assembly->brick_count; i++)
        brick_free(assembly->bricks[i]);
    free(assembly->bricks);
    log_free(assembly->log);
    script_free(assembly->script);
    variables_free(assembly->variables);
    team_stop(assembly->team);
    json_document_fini(&assembly->document);
    free(assembly);
}

static void use_team(struct assembly *assembly)
{
    graph_use_team(assembly->training.graph, assembly->team);
    graph_use_team(assembly->evaluation.graph, assembly->team);
    data_stream_use_team(assembly->stream, assembly->team);
    for (size_t i = 0; assembly->others && i < assembly->definition->stream_count; i++)
        data_stream_use_team(assembly->others[i], assembly->team);
}

bool assembly_initialize(struct assembly *assembly, struct error *err)
{
    const struct definition *definition = assembly->definition;
    struct random_state seeds;

    if (!variables_allocate(assembly->variables, err))
        return false;
    if (definition->settings.threads > 1) {
        assembly->team = team_start((size_t)definition->settings.threads, err);
        if (!assembly->team)
            return false;
        use_team(assembly);
    }
    random_seed(&seeds, (uint32_t)definition->settings.seed);
    for (size_t i = 0; i < assembly->brick_count; i++)
        if (!brick_initialize(assembly->bricks[i], assembly->variables, &seeds, err))
            return false;
    for (size_t i = 0; i < definition->shared_count; i++) {
        const struct variable *variable = variables_find(assembly->variables, definition->shared[i].name);
        if (variable)
            tensor_write(&variable->value, 0, definition->shared_values[i]);
    }
    assembly_resolve_lives(assembly);
    return true;
}
