/* engine/checkpoint/save_main_loop.c -- all that a continuation to the same bits needs; see save_members.h.
 */
#include "engine/checkpoint/save.h"
#include "engine/checkpoint/save_members.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/checkpoint/main_loop_members.h"
#include "engine/data/random_json.h"

static void add_random(const struct main_loop *loop, struct member_list *list)
{
    cJSON *json = cJSON_CreateObject();

    if (loop->parts.identity && loop->parts.identity->random)
        cJSON_AddItemToObject(json, "script", random_to_json(loop->parts.identity->random));
    member_list_add_json(list, RANDOM_MEMBER, json);
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
    member_list_add_json(list, STREAM_MEMBER, json);
    return true;
}

static bool add_state(void *context, const char *name, const struct tensor *tensor, struct error *err)
{
    struct member_list *list = context;
    char plain[PARAMETER_NAME_BYTES];
    struct text member = { 0 };

    (void)err;
    parameter_to_member(name, plain);
    text_format(&member, STATE_MEMBER, plain);
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
        snprintf(name, sizeof(name), "%s%s", left_out ? STATE_PARAMETER : STATE_SHARED, variable->name);
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
        snprintf(name, sizeof(name), EXTENSION_MEMBER, i);
        member_list_add_text(list, name, &text);
    }
    main_loop_save_profile(loop, &text);
    member_list_add_text(list, PROFILE_MEMBER, &text);
    return true;
}

bool save_main_loop(const struct main_loop *loop, const struct checkpoint_request *request,
                    struct member_list *list, struct error *err)
{
    save_status(loop, STATUS_MEMBER, list);
    save_log(loop, LOG_MEMBER, list);
    add_random(loop, list);
    return add_streams(loop, list, err) && add_algorithm(loop, request, list, err) &&
           add_extensions(loop, list, err);
}
