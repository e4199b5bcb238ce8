/* engine/checkpoint/load.c -- see load.h. */
#include "engine/checkpoint/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/manifest.h"
#include "engine/checkpoint/save.h"
#include "engine/checkpoint/saved_parameters.h"
#include "engine/data/npy.h"
#include "engine/data/random_json.h"

#define STREAM_MEMBER "_main_loop/stream.json"

struct checkpoint {
    struct archive_reader *reader;
    cJSON *manifest; /* NULL: without a main loop, or written by Blocks */
};

static cJSON *parse_member(const struct archive_reader *reader, const char *name, struct error *err)
{
    const struct archive_member *member = archive_reader_find(reader, name);
    cJSON *json;

    if (!member) {
        RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint has no member \"%s\"", name);
        return NULL;
    }
    json = cJSON_ParseWithLength(member->bytes, member->length);
    if (!json)
        RAISE(err, ERROR_CORRUPT, NULL, "the member \"%s\" of the checkpoint is not JSON", name);
    return json;
}

struct checkpoint *checkpoint_open(const char *file, struct error *err)
{
    struct checkpoint *checkpoint = memory_new(1, sizeof(*checkpoint));

    checkpoint->reader = archive_reader_open(file, err);
    if (!checkpoint->reader)
        goto failed;
    if (archive_reader_find(checkpoint->reader, MANIFEST_MEMBER)) {
        checkpoint->manifest = parse_member(checkpoint->reader, MANIFEST_MEMBER, err);
        if (!checkpoint->manifest || !manifest_check(checkpoint->manifest, checkpoint->reader, err))
            goto failed;
    }
    return checkpoint;
failed:
    checkpoint_close(checkpoint);
    return NULL;
}

void checkpoint_close(struct checkpoint *checkpoint)
{
    if (!checkpoint)
        return;
    cJSON_Delete(checkpoint->manifest);
    archive_reader_close(checkpoint->reader);
    free(checkpoint);
}

bool checkpoint_has_main_loop(const struct checkpoint *checkpoint)
{
    return checkpoint->manifest;
}

bool checkpoint_load_parameters(const struct checkpoint *checkpoint, struct variables *model, bool strict,
                                struct error *err)
{
    const struct archive_member *member = archive_reader_find(checkpoint->reader, "_parameters");
    struct saved_parameters saved = { 0 };
    bool loaded;

    if (!member)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "the checkpoint holds no parameters");
    loaded = saved_parameters_read(&saved, member->bytes, member->length, err) &&
             saved_parameters_fit(&saved, model, strict, err);
    if (loaded)
        saved_parameters_apply(&saved, model);
    saved_parameters_fini(&saved);
    return loaded;
}

bool checkpoint_load_log(const struct checkpoint *checkpoint, struct log *log, bool fresh, struct error *err)
{
    cJSON *rows = parse_member(checkpoint->reader, "_main_loop/log.json", err), *status = NULL;
    bool loaded = false;

    if (rows)
        status = parse_member(checkpoint->reader, "_main_loop/status.json", err);
    if (status)
        loaded = log_load(log, rows, status, fresh, err);
    cJSON_Delete(rows);
    cJSON_Delete(status);
    return loaded;
}

static bool load_stream(const cJSON *state, struct data_stream *stream, struct error *err)
{
    if (!cJSON_IsObject(state))
        return RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint lacks the position of a data stream");
    return stream->type->load(stream, state, err);
}

static bool load_training_stream(const cJSON *json, struct data_stream *stream, struct error *err)
{
    return load_stream(cJSON_GetObjectItemCaseSensitive(json, "training"), stream, err);
}

bool checkpoint_load_stream(const struct checkpoint *checkpoint, struct data_stream *stream,
                            struct error *err)
{
    cJSON *json = parse_member(checkpoint->reader, STREAM_MEMBER, err);
    bool loaded = json && load_training_stream(json, stream, err);

    cJSON_Delete(json);
    return loaded;
}

static bool load_streams(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    cJSON *json = parse_member(checkpoint->reader, STREAM_MEMBER, err);
    const cJSON *evaluated = cJSON_GetObjectItemCaseSensitive(json, "evaluated");
    bool loaded = json && load_training_stream(json, loop->parts.stream, err);

    for (size_t i = 0; loaded && i < loop->parts.evaluated_count; i++)
        loaded = load_stream(cJSON_GetObjectItemCaseSensitive(evaluated, loop->parts.evaluated[i].name),
                             loop->parts.evaluated[i].stream, err);
    cJSON_Delete(json);
    return loaded;
}

/* ---- the whole main loop ---- */

/* Overwrites one tensor of the state in place. */
static bool load_state(void *context, const char *name, const struct tensor *tensor, struct error *err)
{
    const struct checkpoint *checkpoint = context;
    const struct archive_member *member;
    struct byte_reader *reader = NULL;
    struct array array = { 0 };
    struct text path = { 0 };
    char plain[PARAMETER_NAME_BYTES];
    bool loaded = false;

    parameter_to_member(name, plain);
    text_format(&path, "_main_loop/algorithm/%s.npy", plain);
    member = archive_reader_find(checkpoint->reader, text_bytes(&path));
    if (!member) {
        RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint has no member \"%s\"", text_bytes(&path));
        goto done;
    }
    reader = byte_reader_new(member->bytes, member->length, BYTES_PLAIN);
    if (!npy_read(reader, member->length, &array, err))
        goto done;
    if (array.tensor.dtype != tensor->dtype || !shape_equal(&array.tensor.shape, &tensor->shape)) {
        RAISE(err, ERROR_CORRUPT, NULL, "the member \"%s\" of the checkpoint has another shape or dtype",
              text_bytes(&path));
        goto done;
    }
    memcpy(tensor->data, array.tensor.data, tensor_bytes(tensor));
    loaded = true;
done:
    array_fini(&array);
    byte_reader_free(reader);
    text_fini(&path);
    return loaded;
}

static bool load_variables(const struct checkpoint *checkpoint, struct variables *model, struct error *err)
{
    char name[PARAMETER_NAME_BYTES];

    for (size_t i = 0; model && i < variables_count(model); i++) {
        const struct variable *variable = variables_at(model, i);
        snprintf(name, sizeof(name), CHECKPOINT_SHARED "%s", variable->name);
        if (variable->role != VARIABLE_PARAMETER &&
            !load_state((void *)checkpoint, name, &variable->value, err))
            return false;
    }
    return true;
}

static bool load_algorithm(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    struct algorithm *algorithm = loop->parts.algorithm;

    return !algorithm->type->each_state ||
           algorithm->type->each_state(algorithm, load_state, (void *)checkpoint, err);
}

static bool load_random(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    cJSON *json;
    bool loaded;

    if (!loop->parts.identity || !loop->parts.identity->random)
        return true;
    json = parse_member(checkpoint->reader, "_main_loop/random.json", err);
    loaded = json && random_from_json(loop->parts.identity->random,
                                      cJSON_GetObjectItemCaseSensitive(json, "script"), err);
    cJSON_Delete(json);
    return loaded;
}

static bool load_extension(const struct checkpoint *checkpoint, struct training_extension *extension,
                           size_t index, struct error *err)
{
    char name[64];
    cJSON *state;
    bool loaded;

    if (!extension->dispatcher->load)
        return true;
    snprintf(name, sizeof(name), "_main_loop/extensions/%zu.json", index);
    state = parse_member(checkpoint->reader, name, err);
    loaded = state && extension->dispatcher->load(extension, state, err);
    cJSON_Delete(state);
    return loaded;
}

static bool load_extensions(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    cJSON *profile;
    bool loaded;

    for (size_t i = 0; i < loop->parts.extension_count; i++)
        if (!load_extension(checkpoint, loop->parts.extensions[i], i, err))
            return false;
    profile = parse_member(checkpoint->reader, "_main_loop/profile.json", err);
    loaded = profile && main_loop_load_profile(loop, profile, err);
    cJSON_Delete(profile);
    return loaded;
}

/* What `_parameters` does not have was saved beside it. */
static bool load_left_out(const struct checkpoint *checkpoint, const struct saved_parameters *saved,
                          struct variables *model, struct error *err)
{
    char name[PARAMETER_NAME_BYTES];

    for (size_t i = 0; i < variables_count(model); i++) {
        const struct variable *variable = variables_at(model, i);

        if (variable->role != VARIABLE_PARAMETER || saved_parameters_have(saved, variable->name))
            continue;
        snprintf(name, sizeof(name), CHECKPOINT_PARAMETER "%s", variable->name);
        if (!load_state((void *)checkpoint, name, &variable->value, err))
            return false;
    }
    return true;
}

static bool load_all_parameters(const struct checkpoint *checkpoint, struct variables *model,
                                struct error *err)
{
    const struct archive_member *member = archive_reader_find(checkpoint->reader, "_parameters");
    struct saved_parameters saved = { 0 };
    bool loaded;

    if (!model)
        return true;
    loaded = (!member || saved_parameters_read(&saved, member->bytes, member->length, err)) &&
             saved_parameters_fit(&saved, model, false, err) && load_left_out(checkpoint, &saved, model, err);
    if (loaded)
        saved_parameters_apply(&saved, model);
    saved_parameters_fini(&saved);
    return loaded;
}

bool checkpoint_load_main_loop(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    if (!checkpoint->manifest)
        return RAISE(err, ERROR_STATE, NULL, "the checkpoint holds parameters only and cannot be continued");
    return manifest_fits(checkpoint->manifest, loop->parts.identity, err) &&
           load_all_parameters(checkpoint, loop->parts.model, err) &&
           load_variables(checkpoint, loop->parts.model, err) && load_algorithm(checkpoint, loop, err) &&
           load_random(checkpoint, loop, err) &&
           checkpoint_load_log(checkpoint, loop->parts.log, false, err) &&
           load_streams(checkpoint, loop, err) && load_extensions(checkpoint, loop, err);
}
