/* engine/checkpoint/save_parts.c -- log, status and model as members of their own; see save_members.h. */
#include "engine/checkpoint/save.h"
#include "engine/checkpoint/save_members.h"

#include <string.h>

#include <cjson/cJSON.h>

void save_log(const struct main_loop *loop, const char *member, struct member_list *list)
{
    struct text text = { 0 };

    log_save_rows(loop->parts.log, &text);
    member_list_add_text(list, member, &text);
}

void save_status(const struct main_loop *loop, const char *member, struct member_list *list)
{
    struct text text = { 0 };

    log_save_status(loop->parts.log, &text);
    member_list_add_text(list, member, &text);
}

static void save_log_alone(const struct main_loop *loop, struct member_list *list)
{
    save_log(loop, "log", list);
}

static void save_status_alone(const struct main_loop *loop, struct member_list *list)
{
    save_status(loop, "status", list);
}

/* Names and shapes; the values are in `_parameters`. */
static void save_model(const struct main_loop *loop, struct member_list *list)
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
    member_list_add_json(list, "model", json);
}

const char *const checkpoint_parts[] = { "log", "status", "model", NULL };
static void (*const save_one[])(const struct main_loop *loop,
                                struct member_list *list) = { save_log_alone, save_status_alone, save_model };

bool save_part(const struct main_loop *loop, const char *name, struct member_list *list, struct error *err)
{
    for (size_t i = 0; checkpoint_parts[i]; i++)
        if (strcmp(checkpoint_parts[i], name) == 0) {
            save_one[i](loop, list);
            return true;
        }
    return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "a main loop has no part \"%s\"", name);
}
