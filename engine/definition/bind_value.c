/* engine/definition/bind_value.c -- members that hold numbers, texts and lists; see bind_value.h. */
#include "engine/definition/bind_value.h"

#include <string.h>

#include "engine/base/param_check.h"
#include "engine/base/text.h"
#include "engine/base/utf8.h"

typedef bool bind_fn(struct binder *binder, const cJSON *json, const struct json_path *path,
                     const struct param *param, void *field);

enum { SHOWN_BYTES_MAX = 60 };

/* As errors quote it: null, 16.5, the text "10", an object. */
static void describe(const cJSON *json, struct text *out)
{
    size_t length, shown;

    if (cJSON_IsString(json)) {
        length = strlen(json->valuestring);
        shown = utf8_cut(json->valuestring, length, SHOWN_BYTES_MAX);
        text_format(out, "the text \"%.*s%s\"", (int)shown, json->valuestring, shown < length ? "..." : "");
    } else if (cJSON_IsNumber(json)) {
        text_format(out, "%.15g", json->valuedouble);
    } else if (cJSON_IsBool(json)) {
        text_add(out, cJSON_IsTrue(json) ? "true" : "false");
    } else {
        text_add(out, cJSON_IsNull(json) ? "null" : cJSON_IsArray(json) ? "a list" : "an object");
    }
}

bool bind_report_type(struct binder *binder, const cJSON *json, const struct json_path *path,
                      const char *needed)
{
    struct text shown = { 0 };
    double number;

    describe(json, &shown);
    REPORT(binder->errors, ERROR_WRONG_TYPE, path, "%s is needed, not %s", needed, text_bytes(&shown));
    text_fini(&shown);
    if (strstr(needed, "number") && cJSON_IsString(json) && text_to_double(json->valuestring, &number))
        error_list_hint(binder->errors, "Leave out the quotes.");
    return false;
}

static bool bind_boolean(struct binder *binder, const cJSON *json, const struct json_path *path,
                         const struct param *param, void *field)
{
    (void)param;
    if (!cJSON_IsBool(json))
        return bind_report_type(binder, json, path, "true or false");
    *(bool *)field = cJSON_IsTrue(json);
    return true;
}

static bool bind_optional_boolean(struct binder *binder, const cJSON *json, const struct json_path *path,
                                  const struct param *param, void *field)
{
    bool yes = false;
    const bool good = bind_boolean(binder, json, path, param, &yes);

    if (good)
        *(enum optional_boolean *)field = yes ? BOOLEAN_TRUE : BOOLEAN_FALSE;
    return good;
}

static bool bind_integer(struct binder *binder, const cJSON *json, const struct json_path *path,
                         const struct param *param, void *field)
{
    if (!cJSON_IsNumber(json))
        return bind_report_type(binder, json, path, "a whole number");
    if (!param_check_whole(json->valuedouble, path, binder->errors) ||
        !param_check_range(param, json->valuedouble, path, binder->errors))
        return false;
    *(int64_t *)field = (int64_t)json->valuedouble;
    return true;
}

static bool bind_real(struct binder *binder, const cJSON *json, const struct json_path *path,
                      const struct param *param, void *field)
{
    if (!cJSON_IsNumber(json))
        return bind_report_type(binder, json, path, "a number");
    if (!param_check_range(param, json->valuedouble, path, binder->errors))
        return false;
    *(double *)field = json->valuedouble;
    return true;
}

static bool bind_text(struct binder *binder, const cJSON *json, const struct json_path *path,
                      const struct param *param, void *field)
{
    (void)param;
    if (!cJSON_IsString(json))
        return bind_report_type(binder, json, path, "a text");
    *(const char **)field = arena_text(&binder->document->arena, json->valuestring);
    return true;
}

static bool bind_choice(struct binder *binder, const cJSON *json, const struct json_path *path,
                        const struct param *param, void *field)
{
    if (!cJSON_IsString(json))
        return bind_report_type(binder, json, path, "a text");
    return param_check_choice(param, json->valuestring, path, binder->errors, field);
}

static bool bind_function(struct binder *binder, const cJSON *json, const struct json_path *path,
                          const struct param *param, void *field)
{
    size_t length;

    if (!cJSON_IsString(json))
        return bind_report_type(binder, json, path, "the text of a function");
    length = strlen(json->valuestring);
    if (length == 0)
        return REPORT(binder->errors, ERROR_INVALID_VALUE, path, "the function is empty");
    if (length > FUNCTION_BYTES_MAX)
        return REPORT(binder->errors, ERROR_LIMIT, path, "the function has %zu bytes, more than %d", length,
                      FUNCTION_BYTES_MAX);
    if (binder->check_function &&
        !binder->check_function(binder->context, json->valuestring, path, binder->errors))
        return false;
    return bind_text(binder, json, path, param, field);
}

static bool bind_json(struct binder *binder, const cJSON *json, const struct json_path *path,
                      const struct param *param, void *field)
{
    (void)param;
    if (cJSON_IsNull(json))
        return bind_report_type(binder, json, path, "a value");
    *(const cJSON **)field = json;
    return true;
}

static bool is_list(const cJSON *json, const struct param *param)
{
    return cJSON_IsArray(json) || param->bare;
}

/* Binds every element, or the bare value; the items, one more than needed so that none is NULL, in
 * `*out_items`. */
static bool bind_elements(struct binder *binder, const cJSON *json, const struct json_path *path,
                          const struct param *param, bind_fn *bind, size_t item_bytes, void *out_items,
                          size_t *out_count)
{
    const bool is_bare = !cJSON_IsArray(json);
    size_t count = is_bare ? 1 : (size_t)cJSON_GetArraySize(json);
    char *items = arena_array(&binder->document->arena, count + 1, item_bytes);
    struct json_path step = { .parent = path };
    const cJSON *element;
    bool good = param_check_count(param, count, path, binder->errors);

    if (is_bare)
        good = bind(binder, json, path, param, items) && good;
    for (element = is_bare ? NULL : json->child; element; element = element->next) {
        good = bind(binder, element, &step, param, items + step.index * item_bytes) && good;
        step.index++;
    }
    if (good) {
        memcpy(out_items, &items, sizeof items);
        *out_count = count;
    }
    return good;
}

static bool bind_integers(struct binder *binder, const cJSON *json, const struct json_path *path,
                          const struct param *param, void *field)
{
    struct integer_list *list = field;

    if (!is_list(json, param))
        return bind_report_type(binder, json, path, "a list of whole numbers");
    list->given = bind_elements(binder, json, path, param, bind_integer, sizeof *list->items, &list->items,
                                &list->count);
    return list->given;
}

static bool bind_reals(struct binder *binder, const cJSON *json, const struct json_path *path,
                       const struct param *param, void *field)
{
    struct real_list *list = field;

    if (!is_list(json, param))
        return bind_report_type(binder, json, path, "a list of numbers");
    list->given =
        bind_elements(binder, json, path, param, bind_real, sizeof *list->items, &list->items, &list->count);
    return list->given;
}

static bool bind_texts(struct binder *binder, const cJSON *json, const struct json_path *path,
                       const struct param *param, void *field)
{
    struct text_list *list = field;

    if (!is_list(json, param))
        return bind_report_type(binder, json, path, "a list of texts");
    list->given =
        bind_elements(binder, json, path, param, bind_text, sizeof *list->items, &list->items, &list->count);
    return list->given;
}

static bool bind_component_member(struct binder *binder, const cJSON *json, const struct json_path *path,
                                  const struct param *param, void *field)
{
    return bind_component(binder, json, path, param->family, field);
}

static bool bind_components_member(struct binder *binder, const cJSON *json, const struct json_path *path,
                                   const struct param *param, void *field)
{
    bool counted = !cJSON_IsArray(json) ||
                   param_check_count(param, (size_t)cJSON_GetArraySize(json), path, binder->errors);

    return bind_component_items(binder, json, path, param, field) && counted;
}

static bool bind_object_member(struct binder *binder, const cJSON *json, const struct json_path *path,
                               const struct param *param, void *field)
{
    void *settings = arena_alloc(&binder->document->arena, param->members_size);
    const bool good = bind_object(binder, json, path, param->members, settings);

    if (good)
        *(void **)field = settings;
    return good;
}

static bind_fn *const binds[] = {
    [PARAM_BOOLEAN] = bind_boolean,
    [PARAM_OPTIONAL_BOOLEAN] = bind_optional_boolean,
    [PARAM_INTEGER] = bind_integer,
    [PARAM_REAL] = bind_real,
    [PARAM_TEXT] = bind_text,
    [PARAM_CHOICE] = bind_choice,
    [PARAM_FUNCTION] = bind_function,
    [PARAM_INTEGERS] = bind_integers,
    [PARAM_REALS] = bind_reals,
    [PARAM_TEXTS] = bind_texts,
    [PARAM_COMPONENT] = bind_component_member,
    [PARAM_COMPONENTS] = bind_components_member,
    [PARAM_OBJECT] = bind_object_member,
    [PARAM_JSON] = bind_json,
};

bool bind_member(struct binder *binder, const cJSON *json, const struct json_path *path,
                 const struct param *param, void *settings)
{
    return binds[param->kind](binder, json, path, param, (char *)settings + param->offset) &&
           param_check_own(param, settings, path, binder->errors);
}
