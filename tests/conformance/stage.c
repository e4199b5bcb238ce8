/* tests/conformance/stage.c -- one main loop and what belongs to it; see job.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/log_port.h"
#include "tests/conformance/job.h"

static struct data_stream *find_stream(void *context, const char *name, struct error *err)
{
    struct stage *stage = context;

    for (size_t i = 0; i < stage->stream_count; i++)
        if (strcmp(stage->streams[i].name, name) == 0)
            return &stage->streams[i].stream->stream;
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "no stream \"%s\"", name);
    return NULL;
}

static bool find_live(void *context, const char *path, struct live_number *out, struct error *err)
{
    struct stage *stage = context;
    struct variable *variable = variables_find(stage->model->variables, path);

    if (!variable)
        return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "no variable \"%s\"", path);
    *out = (struct live_number){ .tensor = &variable->value };
    return true;
}

static struct node *find_variable(void *context, const char *expression, bool training, struct error *err)
{
    struct stage *stage = context;
    struct expression_scope *scope = training ? stage->model->training_scope : stage->model->evaluation_scope;
    struct brick_values values = { 0 };

    return expression_evaluate(scope, expression, "", &values, err) ? values.items[0] : NULL;
}

static struct graph *find_graph(void *context, bool training)
{
    struct stage *stage = context;

    return training ? stage->model->training : stage->model->evaluation;
}

static struct extension *find_extension(void *context, const char *id, struct error *err)
{
    struct stage *stage = context;

    for (size_t i = 0; i < stage->extension_count; i++)
        if (strcmp(job_at(stage->extensions[i]->entry, "id", ""), id) == 0)
            return stage->extensions[i]->extension;
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "no extension \"%s\"", id);
    return NULL;
}

/* {"id": "c"}: an extension of the case that is not in the main loop's list. */
static struct extension *build_inside(void *context, const cJSON *json, const char *pointer,
                                      struct error_list *errors)
{
    struct stage *stage = context;
    const cJSON *entry;

    (void)pointer;
    cJSON_ArrayForEach(entry, stage->entries)
    {
        if (strcmp(job_at(entry, "id", ""), job_at(json, "id", "?")) == 0) {
            struct watched *watched = watched_new(stage->job, stage, entry, errors);

            return watched ? watched->extension : NULL;
        }
    }
    return NULL;
}

static void open_streams(struct stage *stage, const cJSON *entries)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, entries)
    {
        const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(entry, "args");
        const cJSON *data = cJSON_GetObjectItemCaseSensitive(arguments, "data");

        open_streams(stage, cJSON_GetObjectItemCaseSensitive(entry, "sub_extensions"));
        if (!data || stage->stream_count == STREAMS_MAX)
            continue;
        stage->streams[stage->stream_count].name = job_at(entry, "id", "");
        stage->streams[stage->stream_count++].stream = scripted_stream_of_data(stage->job, data);
    }
}

static bool is_listed(const cJSON *entry)
{
    return !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(entry, "listed"));
}

static bool build_extensions(struct stage *stage, struct error_list *errors)
{
    const cJSON *entry;
    bool built = true;

    cJSON_ArrayForEach(entry, stage->entries)
    {
        struct watched *watched;

        if (!is_listed(entry))
            continue;
        watched = watched_new(stage->job, stage, entry, errors);
        if (!watched)
            return false;
        stage->top[stage->listed_count] = watched->extension;
        stage->listed[stage->listed_count++] = extension_base(watched->extension);
    }
    for (size_t i = 0; i < stage->listed_count; i++)
        built = extension_link(stage->top[i], &stage->context, errors) && built;
    return built;
}

void stage_start_loop(struct stage *stage)
{
    const struct main_loop_parts parts = {
        .algorithm = &stage->algorithm->algorithm,
        .stream = &stage->stream->stream,
        .model = stage->model->variables,
        .log = stage->log,
        .extensions = stage->listed,
        .extension_count = stage->listed_count,
        .sink = &stage->job->sink,
        .control = &stage->job->control,
        .clock = &stage->job->clock,
    };

    main_loop_init(&stage->loop, &parts);
}

struct stage *stage_new(struct job *job, const cJSON *entries, struct scripted_model *model)
{
    struct stage *stage = memory_new(1, sizeof *stage);
    struct error_list errors = { 0 };
    struct error err;

    job->stages[job->stage_count++] = job->stage = stage;
    stage->job = job;
    stage->entries = entries;
    stage->model = model;
    stage->log = log_new();
    stage->stream = scripted_stream_new(job, job->trace);
    stage->algorithm = scripted_algorithm_new(job);
    stage->script = script_new(1, &err);
    stage->log_port = log_port_of(stage->log);
    stage->context = (struct extension_context){ .context = stage,
                                                 .script = stage->script,
                                                 .log_port = &stage->log_port,
                                                 .stream = find_stream,
                                                 .live = find_live,
                                                 .variable = find_variable,
                                                 .graph = find_graph,
                                                 .extension = find_extension,
                                                 .build = build_inside };
    open_streams(stage, entries);
    if (!build_extensions(stage, &errors)) {
        job->refused = true;
        snprintf(job->why, sizeof job->why, "%.200s: %.300s", errors.count ? errors.items[0].pointer : "",
                 errors.count ? errors.items[0].message : "could not be built");
    }
    error_list_fini(&errors);
    stage_start_loop(stage);
    return stage;
}

void stage_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->listed_count; i++)
        extension_free(stage->top[i]);
    for (size_t i = 0; i < stage->unlisted_count; i++)
        extension_free(stage->unlisted[i]);
    for (size_t i = 0; i < stage->extension_count; i++)
        free(stage->extensions[i]);
    for (size_t i = 0; i < stage->stream_count; i++)
        data_stream_free(&stage->streams[i].stream->stream);
    for (size_t i = 0; i < stage->retired_count; i++) {
        algorithm_free(&stage->retired[i].algorithm->algorithm);
        data_stream_free(&stage->retired[i].stream->stream);
    }
    algorithm_free(&stage->algorithm->algorithm);
    data_stream_free(&stage->stream->stream);
    script_free(stage->script);
    log_free(stage->log);
    free(stage);
}
