/* engine/definition/schema.c -- see schema.h. */
#include "engine/definition/schema.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/definition/bind.h"

cJSON *schema_number(double number)
{
    char text[REAL_TEXT_BYTES];

    if (number == trunc(number) && fabs(number) < 0x1p53)
        snprintf(text, sizeof text, "%.0f", number);
    else
        real_to_json(number, text);
    return cJSON_CreateRaw(text);
}

static const struct {
    const char *type;  /* NULL: a reference, or anything */
    const char *items; /* type of the elements of an array; NULL: references */
} kinds[] = {
    [PARAM_BOOLEAN] = { "boolean", NULL }, [PARAM_OPTIONAL_BOOLEAN] = { "boolean", NULL },
    [PARAM_INTEGER] = { "integer", NULL }, [PARAM_REAL] = { "number", NULL },
    [PARAM_TEXT] = { "string", NULL },     [PARAM_CHOICE] = { "string", NULL },
    [PARAM_FUNCTION] = { "string", NULL }, [PARAM_INTEGERS] = { "array", "integer" },
    [PARAM_REALS] = { "array", "number" }, [PARAM_TEXTS] = { "array", "string" },
    [PARAM_COMPONENT] = { NULL, NULL },    [PARAM_COMPONENTS] = { "array", NULL },
    [PARAM_OBJECT] = { "object", NULL },   [PARAM_JSON] = { NULL, NULL },
};

static void add_reference(cJSON *schema, const struct family *family, const char *references)
{
    struct text reference = { 0 };

    text_format(&reference, "%s%s", references, family->plural);
    cJSON_AddStringToObject(schema, "$ref", text_bytes(&reference));
    text_fini(&reference);
}

/* The bounds of a number, or of the elements of a list. */
static void add_range(cJSON *schema, const struct param *param)
{
    bool bounded = param->min != 0.0 || param->max != 0.0;

    if (param->positive)
        cJSON_AddItemToObject(schema, "exclusiveMinimum", schema_number(0.0));
    if (bounded)
        cJSON_AddItemToObject(schema, "minimum", schema_number(param->min));
    if (bounded && param->max >= param->min && !isinf(param->max))
        cJSON_AddItemToObject(schema, "maximum", schema_number(param->max));
}

static void add_choices(cJSON *schema, const struct param *param)
{
    cJSON *choices = cJSON_AddArrayToObject(schema, "enum");

    for (const char *const *choice = param->choices; *choice; choice++)
        cJSON_AddItemToArray(choices, cJSON_CreateString(*choice));
    if (param->nullable)
        cJSON_AddItemToArray(choices, cJSON_CreateNull());
}

/* A component, or null. */
static void add_component(cJSON *schema, const struct family *family, bool nullable, const char *references)
{
    cJSON *any, *component;

    if (!nullable) {
        add_reference(schema, family, references);
        return;
    }
    any = cJSON_AddArrayToObject(schema, "anyOf");
    cJSON_AddItemToArray(any, component = cJSON_CreateObject());
    add_reference(component, family, references);
    cJSON_AddItemToArray(any, component = cJSON_CreateObject());
    cJSON_AddStringToObject(component, "type", "null");
}

static void add_items(cJSON *schema, const struct param *param, const char *references)
{
    cJSON *items = cJSON_AddObjectToObject(schema, "items");

    if (kinds[param->kind].items && param->null_items) {
        cJSON *types = cJSON_AddArrayToObject(items, "type");

        cJSON_AddItemToArray(types, cJSON_CreateString(kinds[param->kind].items));
        cJSON_AddItemToArray(types, cJSON_CreateString("null"));
    } else if (kinds[param->kind].items)
        cJSON_AddStringToObject(items, "type", kinds[param->kind].items);
    else
        add_component(items, param->family, param->null_items, references);
    add_range(items, param);
    if (param->count_min)
        cJSON_AddItemToObject(schema, "minItems", schema_number((double)param->count_min));
    if (param->count_max)
        cJSON_AddItemToObject(schema, "maxItems", schema_number((double)param->count_max));
}

static void add_type(cJSON *schema, const struct param *param)
{
    const char *type = kinds[param->kind].type;
    cJSON *types;

    if (!param->nullable && !param->bare) {
        cJSON_AddStringToObject(schema, "type", type);
        return;
    }
    types = cJSON_AddArrayToObject(schema, "type");
    cJSON_AddItemToArray(types, cJSON_CreateString(type));
    if (param->bare)
        cJSON_AddItemToArray(types, cJSON_CreateString(kinds[param->kind].items));
    if (param->nullable)
        cJSON_AddItemToArray(types, cJSON_CreateString("null"));
}

static void add_notes(cJSON *schema, const struct param *param)
{
    if (param->about)
        cJSON_AddStringToObject(schema, "description", param->about);
    if (param->preset)
        cJSON_AddRawToObject(schema, "default", param->preset);
    if (param->unit)
        cJSON_AddStringToObject(schema, "x-unit", param->unit);
    if (param->live)
        cJSON_AddTrueToObject(schema, "x-live");
}

/* What the owner of free JSON says that it accepts. */
static void add_members(cJSON *schema, const char *members)
{
    cJSON *parsed = cJSON_Parse(members), *member;

    assert(parsed);
    while ((member = parsed->child) != NULL) {
        cJSON_DetachItemViaPointer(parsed, member);
        cJSON_AddItemToObject(schema, member->string, member);
    }
    cJSON_Delete(parsed);
}

cJSON *schema_of_param(const struct param *param, const char *references)
{
    cJSON *schema = cJSON_CreateObject();

    assert((size_t)param->kind < COUNT(kinds) && param->kind != PARAM_NONE);
    if (kinds[param->kind].type)
        add_type(schema, param);
    if (param->schema)
        add_members(schema, param->schema);
    if (param->kind == PARAM_OBJECT)
        schema_add_members(schema, param->members, references);
    if (param->kind == PARAM_COMPONENT)
        add_component(schema, param->family, param->nullable, references);
    if (param->kind == PARAM_INTEGER || param->kind == PARAM_REAL)
        add_range(schema, param);
    if (param->kind == PARAM_CHOICE)
        add_choices(schema, param);
    if (param->kind == PARAM_FUNCTION) {
        cJSON_AddItemToObject(schema, "minLength", schema_number(1));
        cJSON_AddItemToObject(schema, "maxLength", schema_number(FUNCTION_BYTES_MAX));
        cJSON_AddStringToObject(schema, "contentMediaType", "text/x-lua");
    }
    if (kinds[param->kind].type && kinds[param->kind].type[0] == 'a')
        add_items(schema, param, references);
    add_notes(schema, param);
    return schema;
}
