/* engine/training/value_json.c -- see value_json.h. */
#include "engine/training/value_json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

static void integer_save(int64_t integer, struct text *out_json)
{
    text_format(out_json, "{\"integer\":\"%" PRId64 "\"}", integer);
}

static void real_save(double real, struct text *out_json)
{
    char digits[REAL_TEXT_BYTES];

    real_to_text(real, digits);
    if (isfinite(real))
        text_add(out_json, digits);
    else
        text_format(out_json, "{\"real\":\"%s\"}", digits);
}

static void list_save(const struct value *value, struct text *out_json)
{
    for (size_t i = 0; i < value->list.count; i++) {
        if (i)
            text_add_char(out_json, ',');
        if (value->kind == VALUE_TABLE) {
            text_add_json_text(out_json, value->list.keys[i]);
            text_add_char(out_json, ',');
        }
        value_save(&value->list.items[i], out_json);
    }
}

void value_save(const struct value *value, struct text *out_json)
{
    switch (value->kind) {
    case VALUE_NONE:
        text_add(out_json, "null");
        return;
    case VALUE_BOOLEAN:
        text_add(out_json, value->boolean ? "true" : "false");
        return;
    case VALUE_INTEGER:
        integer_save(value->integer, out_json);
        return;
    case VALUE_REAL:
        real_save(value->real, out_json);
        return;
    case VALUE_TEXT:
        text_add_json_text(out_json, value->text);
        return;
    case VALUE_LIST:
        text_add(out_json, value->list.tuple ? "{\"tuple\":[" : "[");
        list_save(value, out_json);
        text_add(out_json, value->list.tuple ? "]}" : "]");
        return;
    case VALUE_TABLE:
        text_add(out_json, "{\"table\":[");
        list_save(value, out_json);
        text_add(out_json, "]}");
        return;
    }
}

static bool corrupt(struct error *err)
{
    return RAISE(err, ERROR_CORRUPT, NULL, "a saved value is not readable");
}

static bool integer_load(const struct cJSON *json, int64_t *out, struct error *err)
{
    const cJSON *digits = cJSON_GetObjectItemCaseSensitive(json, "integer");

    if (!cJSON_IsString(digits) || !text_to_int64(digits->valuestring, out))
        return corrupt(err);
    return true;
}

static bool list_load(const cJSON *json, struct value *out, struct error *err)
{
    struct value list = value_list();
    const cJSON *item;

    cJSON_ArrayForEach(item, json)
    {
        struct value value;

        if (!value_load(item, &value, err)) {
            value_fini(&list);
            return false;
        }
        value_append(&list, value);
    }
    *out = list;
    return true;
}

static bool table_load(const cJSON *json, struct value *out, struct error *err)
{
    struct value table = value_table();
    struct value value;

    for (const cJSON *key = json->child; key; key = key->next->next) {
        if (!cJSON_IsString(key) || !key->next) {
            value_fini(&table);
            return corrupt(err);
        }
        if (!value_load(key->next, &value, err)) {
            value_fini(&table);
            return false;
        }
        value_set(&table, key->valuestring, value);
    }
    *out = table;
    return true;
}

static bool special_load(const cJSON *name, struct value *out, struct error *err)
{
    static const struct {
        const char *name;
        double real;
    } specials[] = { { "nan", NAN }, { "inf", INFINITY }, { "-inf", -INFINITY } };

    for (size_t i = 0; i < COUNT(specials) && cJSON_IsString(name); i++) {
        if (strcmp(name->valuestring, specials[i].name) == 0) {
            *out = value_real(specials[i].real);
            return true;
        }
    }
    return corrupt(err);
}

static bool object_load(const cJSON *json, struct value *out, struct error *err)
{
    const cJSON *member = json->child;
    int64_t integer;

    if (!member || member->next)
        return corrupt(err);
    if (integer_load(json, &integer, err)) {
        *out = value_integer(integer);
        return true;
    }
    member = cJSON_GetObjectItemCaseSensitive(json, "table");
    if (cJSON_IsArray(member))
        return table_load(member, out, err);
    member = cJSON_GetObjectItemCaseSensitive(json, "tuple");
    if (cJSON_IsArray(member)) {
        if (!list_load(member, out, err))
            return false;
        out->list.tuple = true;
        return true;
    }
    return special_load(cJSON_GetObjectItemCaseSensitive(json, "real"), out, err);
}

bool value_load(const struct cJSON *json, struct value *out, struct error *err)
{
    if (cJSON_IsNull(json))
        *out = value_none();
    else if (cJSON_IsBool(json))
        *out = value_boolean(cJSON_IsTrue(json));
    else if (cJSON_IsNumber(json))
        *out = value_real(json->valuedouble);
    else if (cJSON_IsString(json))
        *out = value_text(json->valuestring);
    else if (cJSON_IsArray(json))
        return list_load(json, out, err);
    else if (cJSON_IsObject(json))
        return object_load(json, out, err);
    else
        return corrupt(err);
    return true;
}

static struct value number_from_json(double number)
{
    if (number == floor(number) && fabs(number) < 9007199254740992.0)
        return value_integer((int64_t)number);
    return value_real(number);
}

struct value value_from_json(const struct cJSON *json)
{
    struct value value;
    const cJSON *item;

    if (cJSON_IsBool(json))
        return value_boolean(cJSON_IsTrue(json));
    if (cJSON_IsNumber(json))
        return number_from_json(json->valuedouble);
    if (cJSON_IsString(json))
        return value_text(json->valuestring);
    if (!cJSON_IsArray(json) && !cJSON_IsObject(json))
        return value_none();
    value = cJSON_IsArray(json) ? value_list() : value_table();
    cJSON_ArrayForEach(item, json)
    {
        if (cJSON_IsArray(json))
            value_append(&value, value_from_json(item));
        else
            value_set(&value, item->string, value_from_json(item));
    }
    return value;
}
