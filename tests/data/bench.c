/* tests/data/bench.c -- see bench.h. */
#include "tests/data/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"

static struct component *bind(const struct family *family, const cJSON *json, const char *pointer);

static void bind_texts(const cJSON *json, struct text_list *out)
{
    const cJSON *item;

    out->given = cJSON_IsArray(json);
    out->items = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof(*out->items));
    cJSON_ArrayForEach(item, json) out->items[out->count++] = item->valuestring;
}

static void bind_components(const struct param *param, const cJSON *json, const char *pointer,
                            struct component_list *out)
{
    const cJSON *item;
    char place[128];

    out->given = cJSON_IsArray(json);
    out->items = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof(*out->items));
    cJSON_ArrayForEach(item, json)
    {
        snprintf(place, sizeof(place), "%s/%s/%zu", pointer, param->name, out->count);
        out->items[out->count++] = bind(param->family, item, memory_text(place));
    }
}

static int choice_of(const struct param *param, const cJSON *json)
{
    for (int i = 0; param->choices[i]; i++)
        if (cJSON_IsString(json) && strcmp(param->choices[i], json->valuestring) == 0)
            return i;
    return -1;
}

static void bind_member(const struct param *param, const cJSON *json, const char *pointer, void *settings)
{
    void *field = (char *)settings + param->offset;

    if (!json && param->preset)
        json = cJSON_Parse(param->preset);
    switch (param->kind) {
    case PARAM_BOOLEAN:
        *(bool *)field = cJSON_IsTrue(json);
        break;
    case PARAM_INTEGER:
        *(int64_t *)field = cJSON_IsNumber(json) ? (int64_t)json->valuedouble : INTEGER_ABSENT;
        break;
    case PARAM_REAL:
        *(double *)field = json->valuedouble;
        break;
    case PARAM_TEXT:
        *(const char **)field = cJSON_GetStringValue(json);
        break;
    case PARAM_CHOICE:
        *(int *)field = choice_of(param, json);
        break;
    case PARAM_TEXTS:
        bind_texts(json, field);
        break;
    case PARAM_COMPONENT:
        *(struct component **)field = json ? bind(param->family, json, pointer) : NULL;
        break;
    case PARAM_COMPONENTS:
        bind_components(param, json, pointer, field);
        break;
    case PARAM_JSON:
        *(const cJSON **)field = json;
        break;
    default:
        ck_abort_msg("no rule for %s", param->name);
    }
}

static struct component *bind(const struct family *family, const cJSON *json, const char *pointer)
{
    struct component *component = memory_new(1, sizeof(*component));
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

    component->type = name ? family_find(family, name) : NULL;
    ck_assert_ptr_nonnull(component->type);
    component->settings = memory_new(1, component->type->settings_size);
    component->pointer = pointer;
    component->json = json;
    for (const struct param *param = component->type->params; param->kind != PARAM_NONE; param++)
        bind_member(param, cJSON_GetObjectItemCaseSensitive(json, param->name), pointer, component->settings);
    return component;
}

struct component *bench_component(const struct family *family, const char *json)
{
    char *text = memory_text(json);
    cJSON *parsed;

    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    parsed = cJSON_Parse(text);
    ck_assert_msg(parsed != NULL, "not JSON: %s", text);
    free(text);
    return bind(family, parsed, "/here");
}

struct scheme *bench_scheme(const char *json, int64_t examples)
{
    struct error_list errors = { 0 };
    struct scheme *scheme = scheme_new(bench_component(&scheme_family, json), examples, &errors);

    ck_assert_msg(scheme != NULL, "%s", errors.count > 0 ? errors.items[0].message : "?");
    ck_assert_uint_eq(errors.count, 0);
    return scheme;
}

void bench_scheme_refused(const char *json, int64_t examples, enum error_code code, const char *pointer)
{
    struct error_list errors = { 0 };

    ck_assert_ptr_null(scheme_new(bench_component(&scheme_family, json), examples, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(error_code_name(errors.items[0].code), error_code_name(code));
    ck_assert_str_eq(errors.items[0].pointer, pointer);
    error_list_fini(&errors);
}

static void print_request(const struct scheme *scheme, const struct request *request, struct text *out)
{
    if (!request->indices && request->first == REQUEST_FOLLOWS) {
        text_format(out, "#%lld", (long long)request->count);
        return;
    }
    if (!scheme->requests_examples)
        text_add(out, "[");
    for (int64_t i = 0; i < request->count; i++)
        text_format(out, "%s%lld", i > 0 ? ", " : "",
                    (long long)(request->indices ? request->indices[i] : request->first + i));
    if (!scheme->requests_examples)
        text_add(out, "]");
}

const char *bench_rest_of_epoch(struct scheme *scheme)
{
    struct text text = { 0 };
    struct request request;

    text_add(&text, "[");
    for (int count = 0; count < 100 && scheme->type->next(scheme, &request); count++) {
        if (count > 0)
            text_add(&text, ", ");
        print_request(scheme, &request, &text);
    }
    text_add(&text, "]");
    return text_take(&text);
}

const char *bench_epoch(struct scheme *scheme)
{
    struct error err = { 0 };

    ck_assert_msg(scheme->type->next_epoch(scheme, &err), "%s", err.message);
    return bench_rest_of_epoch(scheme);
}

struct bench_file bench_file(const char *name)
{
    const char *source = getenv("KILN_SOURCE");
    struct bench_file file = { 0 };
    char path[4096];
    FILE *stream;
    long length;

    snprintf(path, sizeof(path), "%s/tests/data/files/%s", source ? source : ".", name);
    stream = fopen(path, "rb");
    ck_assert_msg(stream != NULL, "no file %s", path);
    ck_assert(fseek(stream, 0, SEEK_END) == 0 && (length = ftell(stream)) >= 0);
    rewind(stream);
    file.length = (size_t)length;
    file.bytes = memory_new(file.length + 1, 1);
    ck_assert_uint_eq(fread(file.bytes, 1, file.length, stream), file.length);
    fclose(stream);
    return file;
}
