/* engine/definition/streams.c -- the section data_streams: which dataset, which examples, in which order. */
#include <string.h>

#include "engine/data/inline_dataset.h"
#include "engine/definition/definition.h"

enum { STREAMS_MAX = 16 };

struct reading {
    struct definition *definition;
    struct binder *binder;
    const struct dataset_source *datasets;
    size_t dataset_count;
};

static const struct defined_stream *find_stream(const struct definition *definition, const char *name)
{
    for (size_t i = 0; i < definition->stream_count; i++)
        if (strcmp(definition->streams[i].name, name) == 0)
            return &definition->streams[i];
    return NULL;
}

/* ---- datasets ---- */

static void note_dataset(struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->dataset_count; i++)
        if (strcmp(reading->definition->datasets[i], name) == 0)
            return;
    reading->definition->datasets[reading->dataset_count++] = name;
}

static struct dataset *open_stored(struct reading *reading, const char *name, const struct json_path *path)
{
    struct dataset *dataset = NULL;
    struct error err = { 0 };

    if (!name_is_plain(name)) {
        REPORT(reading->binder->errors, ERROR_INVALID_VALUE, path, "\"%.100s\" is not the name of a dataset",
               name);
        error_list_hint(
            reading->binder->errors,
            "A file is read by {\"type\": \"file\", \"path\": ...}, in kilnd run and check only.");
        return NULL;
    }
    note_dataset(reading, name);
    if (!reading->datasets->open(reading->datasets->context, name, &dataset, &err)) {
        REPORT(reading->binder->errors, err.code == ERROR_NOT_FOUND ? ERROR_UNKNOWN_NAME : err.code, path,
               "%s", err.code == ERROR_NOT_FOUND ? "there is no such dataset" : err.message);
        error_list_hint(reading->binder->errors, "%s",
                        *err.hint ? err.hint
                                  : "GET /v1/datasets lists what is stored; \"digits\" is always there.");
    }
    return dataset;
}

static bool is_file(const cJSON *json)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

    return type && strcmp(type, file_dataset_type.component.name) == 0;
}

/* Several streams may lie in one file, training and validation above all: it is read once. */
static struct dataset *opened_before(const struct definition *definition, const cJSON *json)
{
    for (size_t i = 0; i + 1 < definition->stream_count; i++) {
        const struct defined_stream *before = &definition->streams[i];

        if (before->inline_dataset && before->dataset && dataset_is_readable(before->dataset) &&
            cJSON_Compare(before->settings.dataset, json, true))
            return dataset_ref(before->dataset);
    }
    return NULL;
}

static struct dataset *open_inline(struct reading *reading, struct defined_stream *stream, const cJSON *json,
                                   const struct json_path *path)
{
    struct dataset *dataset;

    if (is_file(json) && !reading->datasets->files_allowed) {
        REPORT(reading->binder->errors, ERROR_INVALID_VALUE, path,
               "files are read by kilnd run and check only");
        error_list_hint(reading->binder->errors, "Upload it: PUT /v1/datasets/NAME.");
        return NULL;
    }
    if (!bind_component(reading->binder, json, path, &inline_dataset_family, &stream->inline_dataset))
        return NULL;
    dataset = opened_before(reading->definition, json);
    return dataset ? dataset
                   : inline_dataset_open(stream->inline_dataset, DATASET_PLAN, reading->binder->errors);
}

static void read_stream(void *context, const cJSON *member, const struct json_path *path)
{
    struct reading *reading = context;
    struct defined_stream *stream = &reading->definition->streams[reading->definition->stream_count++];
    const struct json_path dataset_path = { path, "dataset", 0 };

    stream->name = member->string;
    stream->pointer = section_pointer(reading->binder, path);
    if (!cJSON_IsObject(member)) {
        REPORT(reading->binder->errors, ERROR_WRONG_TYPE, path, "has to be an object");
        return;
    }
    bind_object(reading->binder, member, path, stream_params, &stream->settings);
    if (cJSON_IsString(stream->settings.dataset))
        stream->dataset = open_stored(reading, stream->settings.dataset->valuestring, &dataset_path);
    else if (stream->settings.dataset)
        stream->dataset = open_inline(reading, stream, stream->settings.dataset, &dataset_path);
}

void definition_read_streams(struct definition *definition, struct binder *binder,
                             const struct dataset_source *datasets)
{
    const struct json_path root = { 0 }, path = { &root, "data_stream", 0 };
    const cJSON *section = definition->settings.data_streams;
    struct reading reading = { definition, binder, datasets, 0 };
    size_t count = cJSON_IsObject(section) ? (size_t)cJSON_GetArraySize(section) : 0;

    definition->streams = arena_array(&binder->document->arena, count + 1, sizeof(*definition->streams));
    definition->datasets = arena_array(&binder->document->arena, count + 1, sizeof(*definition->datasets));
    section_each(binder, section, "data_streams", STREAMS_MAX, read_stream, &reading);
    if (!section || !definition->settings.data_stream)
        return;
    definition->training_stream = find_stream(definition, definition->settings.data_stream);
    if (!definition->training_stream) {
        REPORT(binder->errors, ERROR_UNKNOWN_NAME, &path, "there is no data stream \"%s\"",
               definition->settings.data_stream);
        error_list_hint(binder->errors, "data_stream names the one of data_streams that is trained on.");
    }
}

/* ---- from a defined stream to one that delivers ---- */

struct dataset *definition_open_dataset(const struct defined_stream *defined, bool plan,
                                        struct error_list *errors)
{
    if (!defined->dataset)
        return NULL;
    return plan || !defined->inline_dataset || dataset_is_readable(defined->dataset)
               ? dataset_ref(defined->dataset)
               : inline_dataset_open(defined->inline_dataset, DATASET_USE, errors);
}

struct data_stream *definition_open_stream(const struct defined_stream *defined, struct dataset *dataset,
                                           const struct transforming *with, struct error_list *errors)
{
    const struct json_path root = { 0 }, streams = { &root, "data_streams", 0 },
                           path = { &streams, defined->name, 0 };

    if (!defined->settings.iteration_scheme)
        return NULL;
    return stream_settings_open(&defined->settings, &path, dataset, with, errors);
}
