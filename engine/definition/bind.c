/* engine/definition/bind.c -- objects and components; see bind.h. */
#include "engine/definition/bind.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/definition/bind_value.h"

/* A table and the struct it fills.  A component has two of them: its own and that of its family. */
struct target {
    const struct param *params;
    void *settings;
};

static const struct param *targets_find(const struct target *targets, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        const struct param *param = param_find(targets[i].params, name);

        if (param)
            return param;
    }
    return NULL;
}

static void report_unknown(struct binder *binder, const struct json_path *path, const struct target *targets,
                           size_t count)
{
    const char **names;
    char hint[sizeof binder->errors->items->hint];
    size_t known = 0;

    for (size_t i = 0; i < count; i++)
        known += param_count(targets[i].params);
    names = arena_array(&binder->document->arena, known + 1, sizeof *names);
    known = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < param_count(targets[i].params); k++)
            names[known++] = targets[i].params[k].name;
    text_candidates_hint(path->key, names, known, hint, sizeof hint);
    REPORT(binder->errors, ERROR_UNKNOWN_MEMBER, path, "unknown member \"%.100s\"", path->key);
    error_list_hint(binder->errors, "%s", hint);
}

/* Whoever got a value wrong is told what it is for. */
static void hint_from(struct binder *binder, size_t first, const struct param *param)
{
    for (size_t i = first; param->about && i < binder->errors->count; i++)
        if (!*binder->errors->items[i].hint)
            error_hint(&binder->errors->items[i], "%s", param->about);
}

static bool all_are_null(const cJSON *list)
{
    const cJSON *item;
    bool all = cJSON_GetArraySize(list) > 0;

    cJSON_ArrayForEach(item, list) all = all && cJSON_IsNull(item);
    return all;
}

static bool stands_for_null(const cJSON *json, const struct param *param)
{
    return param->nullable && (cJSON_IsNull(json) || (param->kind == PARAM_INTEGERS && param->null_items &&
                                                      cJSON_IsArray(json) && all_are_null(json)));
}

static bool bind_param(struct binder *binder, const cJSON *object, const struct json_path *path,
                       const struct param *param, void *settings)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, param->name);
    struct json_path step = { .parent = path, .key = param->name };
    const bool is_null = stands_for_null(json, param);
    size_t errors_before = binder->errors->count;

    param_set_absent(param, settings);
    if (is_null && !param->null_is_preset)
        return true;
    if (json && !is_null) {
        bool good = bind_member(binder, json, &step, param, settings);
        hint_from(binder, errors_before, param);
        return good;
    }
    if (param->required) {
        REPORT(binder->errors, ERROR_MISSING_MEMBER, &step, "the member \"%s\" is missing", param->name);
        return error_list_hint(binder->errors, "%s", param->about ? param->about : "");
    }
    /* Who looks for the place of a preset is led to what is written: the object that leaves it out. */
    return !param->preset || bind_member(binder, json_document_preset(binder->document, param->preset),
                                         is_null ? &step : path, param, settings);
}

/* `tag` is a member that is read elsewhere; NULL: none.  `object` may be NULL: all is left out. */
static bool bind_targets(struct binder *binder, const cJSON *object, const struct json_path *path,
                         const struct target *targets, size_t count, const char *tag)
{
    const cJSON *member;
    bool good = true;

    cJSON_ArrayForEach(member, object)
    {
        struct json_path step = { .parent = path, .key = member->string };

        if ((tag && strcmp(member->string, tag) == 0) || targets_find(targets, count, member->string))
            continue;
        report_unknown(binder, &step, targets, count);
        good = false;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < param_count(targets[i].params); k++)
            good = bind_param(binder, object, path, &targets[i].params[k], targets[i].settings) && good;
    return good;
}

bool bind_object(struct binder *binder, const cJSON *object, const struct json_path *path,
                 const struct param *params, void *settings)
{
    const struct target target = { params, settings };

    if (!cJSON_IsObject(object)) {
        for (size_t k = 0; k < param_count(params); k++)
            param_set_absent(&params[k], settings);
        return bind_report_type(binder, object, path, "an object");
    }
    return bind_targets(binder, object, path, &target, 1, NULL);
}

static bool report_types(struct binder *binder, const struct json_path *path, const struct family *family,
                         enum error_code code, const char *wrong)
{
    const char **names;
    char hint[sizeof binder->errors->items->hint];
    size_t count = 0;

    while (family->types[count])
        count++;
    names = arena_array(&binder->document->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = family->types[i]->name;
    text_candidates_hint(wrong, names, count, hint, sizeof hint);
    if (wrong)
        REPORT(binder->errors, code, path, "there is no %s \"%.100s\"", family->name, wrong);
    else
        REPORT(binder->errors, code, path, "the member \"type\" is missing");
    return error_list_hint(binder->errors, "%s", hint);
}

/* NULL, and reported, when `json` names no type of the family. */
static const struct component_type *read_type(struct binder *binder, const cJSON *json,
                                              const struct json_path *path, const struct family *family)
{
    struct json_path step = { .parent = path, .key = "type" };
    const struct json_path *place = cJSON_IsObject(json) ? &step : path;
    const cJSON *name = cJSON_IsObject(json) ? cJSON_GetObjectItemCaseSensitive(json, "type") : json;
    const struct component_type *type = NULL;

    if (!cJSON_IsObject(json) && !(family->text_shorthand && cJSON_IsString(json)))
        bind_report_type(binder, json, path,
                         family->text_shorthand ? "an object with \"type\", or the name of a type,"
                                                : "an object with \"type\"");
    else if (!name)
        report_types(binder, place, family, ERROR_MISSING_MEMBER, NULL);
    else if (!cJSON_IsString(name))
        bind_report_type(binder, name, place, "the name of a type");
    else if (!(type = family_find(family, name->valuestring)))
        report_types(binder, place, family, ERROR_UNKNOWN_TYPE, name->valuestring);
    return type;
}

bool bind_component(struct binder *binder, const cJSON *json, const struct json_path *path,
                    const struct family *family, struct component **out)
{
    struct arena *arena = &binder->document->arena;
    const struct component_type *type = read_type(binder, json, path, family);
    struct component *component;
    char pointer[sizeof binder->errors->items->pointer];

    *out = NULL;
    if (!type)
        return false;
    json_path_spell(path, pointer, sizeof pointer);
    component = arena_alloc(arena, sizeof *component);
    *component = (struct component){
        .type = type,
        .settings = arena_alloc(arena, type->settings_size),
        .common = arena_alloc(arena, family->common_size),
        .pointer = arena_text(arena, pointer),
        .json = json,
    };
    *out = component;
    const struct target targets[] = { { type->params, component->settings },
                                      { family->common, component->common } };
    return bind_targets(binder, cJSON_IsObject(json) ? json : NULL, path, targets, COUNT(targets), "type");
}

bool bind_components(struct binder *binder, const cJSON *array, const struct json_path *path,
                     const struct family *family, struct component_list *out)
{
    const struct param param = { .family = family };

    return bind_component_items(binder, array, path, &param, out);
}

bool bind_component_items(struct binder *binder, const cJSON *array, const struct json_path *path,
                          const struct param *param, struct component_list *out)
{
    struct json_path step = { .parent = path };
    const cJSON *element;
    bool good = true;

    *out = (struct component_list){ 0 };
    if (!cJSON_IsArray(array))
        return bind_report_type(binder, array, path, "a list of objects");
    out->items =
        arena_array(&binder->document->arena, (size_t)cJSON_GetArraySize(array) + 1, sizeof *out->items);
    out->given = true;
    cJSON_ArrayForEach(element, array)
    {
        struct component *component = NULL;
        const bool is_none = param->null_items && cJSON_IsNull(element);

        good = (is_none || bind_component(binder, element, &step, param->family, &component)) && good;
        if (component || is_none)
            out->items[out->count++] = component;
        step.index++;
    }
    return good;
}
