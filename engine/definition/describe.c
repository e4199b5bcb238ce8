/* engine/definition/describe.c -- see describe.h. */
#include "engine/definition/describe.h"

#include <math.h>

#include "engine/definition/schema.h"

static const char *const kind_names[] = {
    [PARAM_NONE] = "none",
    [PARAM_BOOLEAN] = "boolean",
    [PARAM_OPTIONAL_BOOLEAN] = "boolean",
    [PARAM_INTEGER] = "integer",
    [PARAM_REAL] = "real",
    [PARAM_TEXT] = "text",
    [PARAM_CHOICE] = "choice",
    [PARAM_FUNCTION] = "function",
    [PARAM_INTEGERS] = "integers",
    [PARAM_REALS] = "reals",
    [PARAM_TEXTS] = "texts",
    [PARAM_COMPONENT] = "component",
    [PARAM_COMPONENTS] = "components",
    [PARAM_OBJECT] = "object",
    [PARAM_JSON] = "json",
};

static const char *kind_name(enum param_kind kind)
{
    return kind_names[kind];
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void add_number(cJSON *object, const char *name, bool given, double number)
{
    cJSON_AddItemToObject(object, name, given ? schema_number(number) : cJSON_CreateNull());
}

static cJSON *choices_of(const struct param *param)
{
    cJSON *choices;

    if (!param->choices)
        return cJSON_CreateNull();
    choices = cJSON_CreateArray();
    for (const char *const *choice = param->choices; *choice; choice++)
        cJSON_AddItemToArray(choices, cJSON_CreateString(*choice));
    return choices;
}

static cJSON *describe_param(const struct param *param)
{
    bool bounded = param->min != 0.0 || param->max != 0.0;
    cJSON *entry = cJSON_CreateObject();

    add_text(entry, "name", param->name);
    add_text(entry, "type", kind_name(param->kind));
    add_text(entry, "about", param->about);
    if (param->members)
        cJSON_AddItemToObject(entry, "members", describe_params(param->members));
    if (param->accepts)
        add_text(entry, "accepts", param->accepts);
    cJSON_AddBoolToObject(entry, "required", param->required);
    cJSON_AddBoolToObject(entry, "nullable", param->nullable);
    cJSON_AddItemToObject(entry, "default",
                          param->preset ? cJSON_CreateRaw(param->preset) : cJSON_CreateNull());
    add_number(entry, "minimum", bounded, param->min);
    add_number(entry, "exclusive_minimum", param->positive, 0.0);
    add_number(entry, "maximum", bounded && param->max >= param->min && !isinf(param->max), param->max);
    add_number(entry, "count_minimum", param->count_min > 0, (double)param->count_min);
    add_number(entry, "count_maximum", param->count_max > 0, (double)param->count_max);
    cJSON_AddItemToObject(entry, "choices", choices_of(param));
    add_text(entry, "family", param->family ? param->family->plural : NULL);
    add_text(entry, "unit", param->unit);
    cJSON_AddBoolToObject(entry, "live", param->live);
    return entry;
}

cJSON *describe_params(const struct param *params)
{
    cJSON *entries = cJSON_CreateArray();

    for (size_t i = 0; i < param_count(params); i++)
        cJSON_AddItemToArray(entries, describe_param(&params[i]));
    return entries;
}

static cJSON *describe_component(const struct family *family, const struct component_type *type)
{
    cJSON *entry = cJSON_CreateObject(), *arguments = describe_params(type->params), *schema;

    for (size_t i = 0; i < param_count(family->common); i++)
        if (!param_find(type->params, family->common[i].name))
            cJSON_AddItemToArray(arguments, describe_param(&family->common[i]));
    schema = schema_of_component(family, type, SCHEMA_DEFINITIONS);
    schema_add_definitions(schema, type->params, family->common);
    add_text(entry, "name", type->name);
    add_text(entry, "about", type->about);
    cJSON_AddItemToObject(entry, "arguments", arguments);
    cJSON_AddItemToObject(entry, "schema", schema);
    return entry;
}

cJSON *describe_family(const struct family *family)
{
    cJSON *entries = cJSON_CreateArray();

    for (size_t i = 0; family->types[i]; i++)
        cJSON_AddItemToArray(entries, describe_component(family, family->types[i]));
    return entries;
}
