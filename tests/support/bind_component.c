/* tests/support/bind_component.c -- see bind_component.h. */
#include "tests/support/bind_component.h"

#include <math.h>
#include <string.h>

#include <check.h>
#include <cjson/cJSON.h>

static void bind_value(struct arena *arena, const struct param *param, void *field, const cJSON *json,
                       const char *pointer);

static void bind_list(struct arena *arena, const struct param *param, void *field, const cJSON *json,
                      const char *pointer)
{
    /* The four list structs are alike: items, count, given. */
    struct component_list *list = field;
    const size_t count = (size_t)cJSON_GetArraySize(json);
    struct param item = *param;
    size_t size = sizeof(void *);
    char *items;

    item.kind = param->kind == PARAM_INTEGERS ? PARAM_INTEGER
                : param->kind == PARAM_REALS  ? PARAM_REAL
                : param->kind == PARAM_TEXTS  ? PARAM_TEXT
                                              : PARAM_COMPONENT;
    ck_assert_msg(cJSON_IsArray(json), "%s is not a list", pointer);
    if (item.kind == PARAM_REAL || item.kind == PARAM_INTEGER)
        size = 8;
    items = arena_array(arena, count + 1, size);
    for (size_t i = 0; i < count; i++)
        bind_value(arena, &item, items + i * size, cJSON_GetArrayItem(json, (int)i),
                   arena_format(arena, "%s/%zu", pointer, i));
    *list =
        (struct component_list){ .items = (struct component **)(void *)items, .count = count, .given = true };
}

static int choice_of(const struct param *param, const char *text)
{
    for (int i = 0; param->choices[i]; i++)
        if (strcmp(param->choices[i], text) == 0)
            return i;
    ck_abort_msg("\"%s\" is no choice of %s", text, param->name);
    return -1;
}

static void bind_value(struct arena *arena, const struct param *param, void *field, const cJSON *json,
                       const char *pointer)
{
    switch (param->kind) {
    case PARAM_BOOLEAN:
        ck_assert_msg(cJSON_IsBool(json), "%s is not a boolean", pointer);
        *(bool *)field = cJSON_IsTrue(json);
        return;
    case PARAM_INTEGER:
        ck_assert_msg(cJSON_IsNumber(json) && json->valuedouble == floor(json->valuedouble), "%s", pointer);
        *(int64_t *)field = (int64_t)json->valuedouble;
        return;
    case PARAM_REAL:
        ck_assert_msg(cJSON_IsNumber(json), "%s is not a number", pointer);
        *(double *)field = json->valuedouble;
        return;
    case PARAM_TEXT:
        *(const char **)field = cJSON_IsNull(json) ? NULL : arena_text(arena, json->valuestring);
        return;
    case PARAM_CHOICE:
        *(int *)field = choice_of(param, json->valuestring);
        return;
    case PARAM_INTEGERS:
    case PARAM_REALS:
    case PARAM_TEXTS:
    case PARAM_COMPONENTS:
        bind_list(arena, param, field, json, pointer);
        return;
    case PARAM_COMPONENT:
        *(struct component **)field =
            cJSON_IsNull(json) ? NULL : bind_component(arena, param->family, json, pointer);
        return;
    case PARAM_JSON:
        *(const cJSON **)field = json;
        return;
    default:
        ck_abort_msg("%s is of a kind that this binder does not know", pointer);
    }
}

static void bind_absent(struct arena *arena, const struct param *param, void *field, const char *pointer)
{
    cJSON *preset;

    ck_assert_msg(!param->required, "%s is missing", pointer);
    if (param->preset) {
        preset = cJSON_Parse(param->preset);
        ck_assert_msg(preset, "the preset of %s is not JSON", pointer);
        bind_value(arena, param, field, preset, pointer);
        cJSON_Delete(preset);
    } else if (param->kind == PARAM_INTEGER) {
        *(int64_t *)field = INTEGER_ABSENT;
    } else if (param->kind == PARAM_REAL) {
        *(double *)field = NAN;
    } else if (param->kind == PARAM_CHOICE) {
        *(int *)field = -1;
    }
}

static void bind_params(struct arena *arena, const struct param *params, void *settings, const cJSON *json,
                        const char *pointer)
{
    for (const struct param *param = params; param && param->kind != PARAM_NONE; param++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, param->name);
        const char *place = arena_format(arena, "%s/%s", pointer, param->name);
        void *field = (char *)settings + param->offset;

        if (member && !(param->nullable && cJSON_IsNull(member)))
            bind_value(arena, param, field, member, place);
        else
            bind_absent(arena, param, field, place);
    }
}

static void refuse_unknown(const struct family *family, const struct component_type *type, const cJSON *json)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        ck_assert_msg(strcmp(member->string, "type") == 0 || param_find(type->params, member->string) ||
                          param_find(family->common, member->string),
                      "%s has no argument \"%s\"", type->name, member->string);
    }
}

struct component *bind_component(struct arena *arena, const struct family *family, const cJSON *json,
                                 const char *pointer)
{
    const bool bare = cJSON_IsString(json) && family->text_shorthand;
    const char *name =
        bare ? json->valuestring : cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));
    struct component *component = arena_alloc(arena, sizeof *component);

    ck_assert_msg(name, "%s has no type", pointer);
    component->type = family_find(family, name);
    ck_assert_msg(component->type, "there is no %s \"%s\"", family->name, name);
    component->settings = arena_alloc(arena, component->type->settings_size + 1);
    component->common = arena_alloc(arena, family->common_size + 1);
    component->pointer = arena_text(arena, pointer);
    component->json = json;
    refuse_unknown(family, component->type, bare ? NULL : json);
    bind_params(arena, component->type->params, component->settings, bare ? NULL : json, pointer);
    bind_params(arena, family->common, component->common, bare ? NULL : json, pointer);
    return component;
}

struct component *bind_component_text(struct arena *arena, const struct family *family, const char *text)
{
    cJSON *json = cJSON_Parse(text);
    struct component *component;

    ck_assert_msg(json, "not JSON: %s", text);
    component = bind_component(arena, family, json, "");
    cJSON_Delete(json);
    component->json = NULL;
    return component;
}
