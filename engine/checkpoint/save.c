/* engine/checkpoint/save.c -- see save.h. */
#include "engine/checkpoint/save.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/manifest.h"
#include "engine/checkpoint/member_list.h"
#include "engine/data/random_json.h"

/* ---- parameters ---- */

static struct variable *find_parameter(const struct variables *model, const char *path, struct error *err)
{
    struct variable *variable = variables_find(model, path);

    if (!variable || variable->role != VARIABLE_PARAMETER) {
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "the model has no parameter \"%s\"", path);
        return NULL;
    }
    return variable;
}

static size_t count_parameters(const struct variables *model)
{
    size_t count = 0;

    for (size_t i = 0; model && i < variables_count(model); i++)
        count += variables_at(model, i)->role == VARIABLE_PARAMETER;
    return count;
}

static void name_array(struct arena *arena, struct named_tensor *out, const struct variable *variable)
{
    char member[PARAMETER_NAME_BYTES];

    parameter_to_member(variable->name, member);
    *out = (struct named_tensor){ arena_text(arena, member), variable->value };
}

/* The parameters asked for, or all of the model in its order.  Without a model there are none. */
static bool add_parameters(const struct main_loop *loop, const struct checkpoint_request *request,
                           struct member_list *list, struct error *err)
{
    const struct variables *model = loop->parts.model;
    size_t count = request->parameters ? request->parameter_count : count_parameters(model);
    struct named_tensor *arrays = arena_array(&list->arena, count + 1, sizeof(*arrays));

    if (!model || !count)
        return true;
    if (request->parameters) {
        for (size_t i = 0; i < count; i++) {
            const struct variable *variable = find_parameter(model, request->parameters[i], err);
            if (!variable)
                return false;
            name_array(&list->arena, &arrays[i], variable);
        }
    } else {
        for (size_t i = 0, next = 0; next < count; i++)
            if (variables_at(model, i)->role == VARIABLE_PARAMETER)
                name_array(&list->arena, &arrays[next++], variables_at(model, i));
    }
    return member_list_add_npz(list, "_parameters", arrays, count, err);
}

/* ---- the main loop ---- */

static void add_json(struct member_list *list, const char *name, cJSON *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    struct text text = { 0 };

    text_add(&text, printed ? printed : "null");
    free(printed);
    cJSON_Delete(json);
    member_list_add_text(list, name, &text);
}

static void add_log(const struct main_loop *loop, const char *status_name, const char *log_name,
                    struct member_list *list)
{
    struct text text = { 0 };

    if (status_name) {
        log_save_status(loop->parts.log, &text);
        member_list_add_text(list, status_name, &text);
    }
    if (log_name) {
        log_save_rows(loop->parts.log, &text);
        member_list_add_text(list, log_name, &text);
    }
}

static void add_random(const struct main_loop *loop, struct member_list *list)
{
    cJSON *json = cJSON_CreateObject();

    if (loop->parts.identity && loop->parts.identity->random)
        cJSON_AddItemToObject(json, "script", random_to_json(loop->parts.identity->random));
    add_json(list, "_main_loop/random.json", json);
}

static bool save_stream(const struct data_stream *stream, cJSON *parent, const char *name, struct error *err)
{
    cJSON *state = cJSON_AddObjectToObject(parent, name);

    return stream->type->save(stream, 0, state, err);
}

/* {"training": state, "evaluated": {name: state}} */
static bool add_streams(const struct main_loop *loop, struct member_list *list, struct error *err)
{
    cJSON *json = cJSON_CreateObject(), *evaluated;
    bool saved = save_stream(loop->parts.stream, json, "training", err);

    evaluated = cJSON_AddObjectToObject(json, "evaluated");
    for (size_t i = 0; saved && i < loop->parts.evaluated_count; i++)
        saved = save_stream(loop->parts.evaluated[i].stream, evaluated, loop->parts.evaluated[i].name, err);
    if (!saved) {
        cJSON_Delete(json);
        return false;
    }
    add_json(list, "_main_loop/stream.json", json);
    return true;
}

static bool add_state(void *context, const char *name, const struct tensor *tensor, struct error *err)
{
    struct member_list *list = context;
    char plain[PARAMETER_NAME_BYTES];
    struct text member = { 0 };

    (void)err;
    parameter_to_member(name, plain);
    text_format(&member, "_main_loop/algorithm/%s.npy", plain);
    member_list_add_array(list, text_bytes(&member), tensor);
    text_fini(&member);
    return true;
}

static bool is_left_out(const struct checkpoint_request *request, const struct variable *variable)
{
    for (size_t i = 0; request->parameters && i < request->parameter_count; i++)
        if (strcmp(request->parameters[i], variable->name) == 0)
            return false;
    return request->parameters && variable->role == VARIABLE_PARAMETER;
}

/* Shared variables that are no parameters: hyper-parameters of the user, statistics, random streams; and the
 * parameters that were not asked for, which a continuation needs all the same. */
static bool add_variables(const struct main_loop *loop, const struct checkpoint_request *request,
                          struct member_list *list, struct error *err)
{
    const struct variables *model = loop->parts.model;
    char name[PARAMETER_NAME_BYTES];

    for (size_t i = 0; model && i < variables_count(model); i++) {
        const struct variable *variable = variables_at(model, i);
        bool left_out = is_left_out(request, variable);

        if (variable->role == VARIABLE_PARAMETER && !left_out)
            continue;
        snprintf(name, sizeof(name), "%s%s", left_out ? CHECKPOINT_PARAMETER : CHECKPOINT_SHARED,
                 variable->name);
        if (!add_state(list, name, &variable->value, err))
            return false;
    }
    return true;
}

static bool add_algorithm(const struct main_loop *loop, const struct checkpoint_request *request,
                          struct member_list *list, struct error *err)
{
    struct algorithm *algorithm = loop->parts.algorithm;

    return (!algorithm->type->each_state || algorithm->type->each_state(algorithm, add_state, list, err)) &&
           add_variables(loop, request, list, err);
}

static bool add_extensions(const struct main_loop *loop, struct member_list *list, struct error *err)
{
    struct text text = { 0 };
    char name[64];

    for (size_t i = 0; i < loop->parts.extension_count; i++) {
        struct training_extension *extension = loop->parts.extensions[i];
        if (!extension->dispatcher->save)
            continue;
        if (!extension->dispatcher->save(extension, &text, err)) {
            text_fini(&text);
            return false;
        }
        snprintf(name, sizeof(name), "_main_loop/extensions/%zu.json", i);
        member_list_add_text(list, name, &text);
    }
    main_loop_save_profile(loop, &text);
    member_list_add_text(list, "_main_loop/profile.json", &text);
    return true;
}

static bool add_main_loop(const struct main_loop *loop, const struct checkpoint_request *request,
                          struct member_list *list, struct error *err)
{
    add_log(loop, "_main_loop/status.json", "_main_loop/log.json", list);
    add_random(loop, list);
    return add_streams(loop, list, err) && add_algorithm(loop, request, list, err) &&
           add_extensions(loop, list, err);
}

/* ---- parts saved separately ---- */

static void add_separate_log(const struct main_loop *loop, struct member_list *list)
{
    add_log(loop, NULL, "log", list);
}

static void add_separate_status(const struct main_loop *loop, struct member_list *list)
{
    add_log(loop, "status", NULL, list);
}

/* Names and shapes; the values are in `_parameters`. */
static void add_separate_model(const struct main_loop *loop, struct member_list *list)
{
    const struct variables *model = loop->parts.model;
    cJSON *json = cJSON_CreateObject();

    for (size_t i = 0; model && i < variables_count(model); i++) {
        const struct variable *variable = variables_at(model, i);
        if (variable->role != VARIABLE_PARAMETER)
            continue;
        cJSON *shape = cJSON_AddArrayToObject(json, variable->name);
        for (int axis = 0; axis < variable->value.shape.rank; axis++)
            cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)variable->value.shape.dims[axis]));
    }
    add_json(list, "model", json);
}

const char *const checkpoint_parts[] = { "log", "status", "model", NULL };
static void (*const add_part[])(const struct main_loop *loop,
                                struct member_list *list) = { add_separate_log, add_separate_status,
                                                              add_separate_model };

static bool add_separately(const struct main_loop *loop, const char *name, struct member_list *list,
                           struct error *err)
{
    for (size_t i = 0; checkpoint_parts[i]; i++)
        if (strcmp(checkpoint_parts[i], name) == 0) {
            add_part[i](loop, list);
            return true;
        }
    return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "a main loop has no part \"%s\"", name);
}

/* ---- the archive ---- */

/* In the order of the archive; the manifest stands in front of the rest of the main loop. */
static bool collect(const struct main_loop *loop, const struct checkpoint_request *request,
                    struct member_list *list, size_t *out_manifest_at, struct error *err)
{
    if (!add_parameters(loop, request, list, err))
        return false;
    *out_manifest_at = list->count;
    if (request->save_main_loop && !add_main_loop(loop, request, list, err))
        return false;
    for (size_t i = 0; i < request->save_separately_count; i++)
        if (!add_separately(loop, request->save_separately[i], list, err))
            return false;
    return true;
}

static bool write_members(const struct member_list *list, size_t manifest_at, const char *manifest,
                          struct archive_writer *writer, struct error *err)
{
    for (size_t i = 0; i <= list->count; i++) {
        if (i == manifest_at && manifest &&
            !archive_writer_add(writer, "_main_loop/manifest.json",
                                &(struct archive_piece){ manifest, strlen(manifest) }, 1, err))
            return false;
        if (i < list->count && !member_list_write(list, i, writer, err))
            return false;
    }
    return true;
}

static bool write_archive(const struct main_loop *loop, const struct checkpoint_request *request,
                          const struct member_list *list, size_t manifest_at, struct error *err)
{
    const struct sink *sink = loop->parts.sink;
    const struct log_counters *counters = log_counters(loop->parts.log);
    struct saved_checkpoint saved = {
        .name = request->name,
        .automatic = request->automatic,
        .resumable = request->save_main_loop,
        .iterations_done = counters->iterations_done,
        .epochs_done = counters->epochs_done,
    };
    struct text manifest = { 0 };
    struct archive_writer *writer = NULL;
    char file[PATH_MAX];
    bool written = false;

    if (request->save_main_loop) {
        manifest_write(loop, list, &manifest);
        saved.manifest = text_bytes(&manifest);
    }
    if (!sink->checkpoint_place(sink->context, request->name, request->automatic, file, err))
        goto done;
    saved.file = file;
    writer = archive_writer_open(file, err);
    written = writer && write_members(list, manifest_at, saved.manifest, writer, err) &&
              archive_writer_commit(writer, &saved.bytes, saved.sha256, err);
done:
    archive_writer_close(writer);
    if (written && sink->checkpoint_saved)
        written = sink->checkpoint_saved(sink->context, &saved, err);
    text_fini(&manifest);
    return written;
}

bool checkpoint_save(const struct main_loop *loop, const struct checkpoint_request *request,
                     struct error *err)
{
    struct member_list list = { 0 };
    size_t manifest_at = 0;
    bool saved;

    if (!loop->parts.sink || !loop->parts.sink->checkpoint_place)
        return RAISE(err, ERROR_UNAVAILABLE, NULL, "there is no place for checkpoints");
    saved = collect(loop, request, &list, &manifest_at, err) &&
            write_archive(loop, request, &list, manifest_at, err);
    member_list_fini(&list);
    return saved;
}
