/* engine/definition/assembly_graphs.c -- the streams of a job, and the two graphs of its variables.
 *
 * The training graph sees the sources of the stream that is trained on.  The evaluation graph sees those of
 * all streams, each with the largest batch that any of them delivers. */
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/assembly.h"

/* The stream that is trained on is opened once more, for evaluation, over the same examples. */
static bool open_stream(struct assembly *assembly, size_t index, struct error_list *errors)
{
    const struct defined_stream *defined = &assembly->definition->streams[index];
    const struct transforming with = { .real = assembly->real, .functions = &assembly->data_functions };
    struct dataset *dataset = definition_open_dataset(defined, assembly->plan, errors);

    if (!dataset)
        return false;
    assembly->others[index] = definition_open_stream(defined, dataset, &with, errors);
    if (assembly->others[index] && defined == assembly->definition->training_stream)
        assembly->stream = definition_open_stream(defined, dataset, &with, errors);
    dataset_unref(dataset);
    return assembly->others[index] != NULL;
}

bool assembly_build_streams(struct assembly *assembly, struct error_list *errors)
{
    const struct definition *definition = assembly->definition;
    bool built = definition->training_stream != NULL;

    assembly->others = memory_new(definition->stream_count + 1, sizeof(*assembly->others));
    for (size_t i = 0; i < definition->stream_count; i++) {
        const bool wrong = errors_below(errors, definition->streams[i].pointer); /* there may be more */

        built = open_stream(assembly, i, errors) && built && !wrong;
    }
    return built && assembly->stream;
}

static struct expression_source *find_source(struct assembly_graph *graph, const char *name)
{
    for (size_t i = 0; i < graph->names.source_count; i++)
        if (strcmp(graph->sources[i].name, name) == 0)
            return &graph->sources[i];
    return NULL;
}

static bool same_rank_and_dtype(const struct expression_source *source, const struct source_spec *spec)
{
    return source->dtype == spec->dtype && source->shape.rank == spec->shape.rank;
}

static bool add_source(struct assembly_graph *graph, const struct source_spec *spec, const char *stream,
                       struct error_list *errors)
{
    const struct json_path root = { 0 }, streams = { &root, "data_streams", 0 },
                           path = { &streams, stream, 0 };
    struct expression_source *source = find_source(graph, spec->name);

    if (!source) {
        graph->sources[graph->names.source_count++] =
            (struct expression_source){ spec->name, spec->dtype, spec->shape };
        return true;
    }
    if (!same_rank_and_dtype(source, spec)) {
        REPORT(errors, ERROR_SHAPE, &path,
               "its source \"%s\" has another dtype or rank than in the other data streams", spec->name);
        return error_list_hint(errors, "Give all data streams the same transformers.");
    }
    for (int axis = 0; axis < spec->shape.rank; axis++)
        if (source->shape.dims[axis] < spec->shape.dims[axis])
            source->shape.dims[axis] = spec->shape.dims[axis];
    return true;
}

static size_t sources_in_all(const struct assembly *assembly)
{
    size_t count = 1;

    for (size_t i = 0; i < assembly->definition->stream_count; i++)
        count += assembly->others[i]->source_count;
    return count;
}

static bool open_graph(struct assembly *assembly, struct assembly_graph *graph, enum graph_mode mode,
                       struct error_list *errors)
{
    const struct definition *definition = assembly->definition;
    struct error err = { 0 };

    graph->names.sources = graph->sources;
    graph->names.bricks = assembly->bricks;
    graph->names.brick_count = assembly->brick_count;
    graph->names.variables = definition->variables;
    graph->names.variable_count = definition->variable_count;
    graph->names.shared = definition->shared;
    graph->names.shared_count = definition->shared_count;
    graph->graph =
        graph_new(&(struct graph_options){ assembly->variables, mode, (uint32_t)definition->settings.seed });
    graph->scope = expression_scope_new(graph->graph, &graph->names, &err);
    return graph->scope || error_list_add(errors, &err);
}

bool assembly_build_graphs(struct assembly *assembly, struct error_list *errors)
{
    const struct definition *definition = assembly->definition;
    size_t most = sources_in_all(assembly);
    bool fit = true;

    assembly->training.sources = memory_new(most, sizeof(*assembly->training.sources));
    assembly->evaluation.sources = memory_new(most, sizeof(*assembly->evaluation.sources));
    for (size_t i = 0; i < assembly->stream->source_count; i++)
        add_source(&assembly->training, &assembly->stream->sources[i], definition->training_stream->name,
                   errors);
    for (size_t i = 0; i < definition->stream_count; i++)
        for (size_t j = 0; j < assembly->others[i]->source_count; j++)
            fit = add_source(&assembly->evaluation, &assembly->others[i]->sources[j],
                             definition->streams[i].name, errors) &&
                  fit;
    if (!fit || !open_graph(assembly, &assembly->training, GRAPH_TRAINING, errors) ||
        !open_graph(assembly, &assembly->evaluation, GRAPH_EVALUATION, errors))
        return false;
    return expression_names_check(&assembly->training.names, errors);
}
