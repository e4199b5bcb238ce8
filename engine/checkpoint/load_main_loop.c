/* engine/checkpoint/load_main_loop.c -- puts a whole main loop back where it was; see load.h. */
#include "engine/checkpoint/load.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/checkpoint/load_members.h"
#include "engine/checkpoint/main_loop_members.h"
#include "engine/checkpoint/manifest.h"
#include "engine/checkpoint/save.h"
#include "engine/checkpoint/saved_parameters.h"
#include "engine/data/npy.h"
#include "engine/data/random_json.h"

static bool load_streams(const struct checkpoint *checkpoint, struct main_loop *loop, struct error *err)
{
    cJSON *positions = checkpoint_member(checkpoint->reader, STREAM_MEMBER, err);
    const cJSON *evaluated = cJSON_GetObjectItemCaseSensitive(positions, "evaluated");
    bool loaded = positions && checkpoint_load_position(positions, "training", loop->parts.stream, err);

    for (size_t i = 0; loaded && i < loop->parts.evaluated_count; i++)
        loaded = checkpoint_load_position(evaluated, loop->parts.evaluated[i].name,
                                          loop->parts.evaluated[i].stream, err);
    cJSON_Delete(positions);
    return loaded;
}

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
    text_format(&path, STATE_MEMBER, plain);
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
        snprintf(name, sizeof(name), STATE_SHARED "%s", variable->name);
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
    json = checkpoint_member(checkpoint->reader, RANDOM_MEMBER, err);
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
    snprintf(name, sizeof(name), EXTENSION_MEMBER, index);
    state = checkpoint_member(checkpoint->reader, name, err);
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
    profile = checkpoint_member(checkpoint->reader, PROFILE_MEMBER, err);
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
        snprintf(name, sizeof(name), STATE_PARAMETER "%s", variable->name);
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
