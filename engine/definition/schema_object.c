/* engine/definition/schema_object.c -- objects, components and families; see schema.h. */
#include "engine/definition/schema.h"

/* A member that is there already hides one of the same name. */
static void add_members(cJSON *properties, cJSON *required, const struct param *params,
                        const char *references)
{
    for (size_t i = 0; i < param_count(params); i++) {
        const struct param *param = &params[i];

        if (!cJSON_GetObjectItemCaseSensitive(properties, param->name))
            cJSON_AddItemToObject(properties, param->name, schema_of_param(param, references));
        if (param->required)
            cJSON_AddItemToArray(required, cJSON_CreateString(param->name));
    }
}

static void add_closed(cJSON *schema, cJSON **out_properties, cJSON **out_required)
{
    *out_properties = cJSON_AddObjectToObject(schema, "properties");
    *out_required = cJSON_AddArrayToObject(schema, "required");
    cJSON_AddFalseToObject(schema, "additionalProperties");
}

void schema_add_members(cJSON *schema, const struct param *params, const char *references)
{
    cJSON *properties, *required;

    add_closed(schema, &properties, &required);
    add_members(properties, required, params, references);
}

cJSON *schema_of_params(const struct param *params, const char *references)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", "object");
    schema_add_members(schema, params, references);
    return schema;
}

cJSON *schema_of_component(const struct family *family, const struct component_type *type,
                           const char *references)
{
    cJSON *properties, *required, *tag, *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", "object");
    add_closed(schema, &properties, &required);
    tag = cJSON_AddObjectToObject(properties, "type");
    cJSON_AddStringToObject(schema, "title", type->name);
    cJSON_AddStringToObject(schema, "description", type->about);
    cJSON_AddStringToObject(tag, "const", type->name);
    cJSON_AddItemToArray(required, cJSON_CreateString("type"));
    add_members(properties, required, type->params, references);
    add_members(properties, required, family->common, references);
    return schema;
}

static bool needs_members(const struct param *params)
{
    for (size_t i = 0; i < param_count(params); i++)
        if (params[i].required)
            return true;
    return false;
}

/* The names that may stand for a whole object. */
static void add_names(cJSON *one_of, const struct family *family)
{
    cJSON *schema, *names = cJSON_CreateArray();

    for (size_t i = 0; family->text_shorthand && family->types[i]; i++)
        if (!needs_members(family->types[i]->params) && !needs_members(family->common))
            cJSON_AddItemToArray(names, cJSON_CreateString(family->types[i]->name));
    if (cJSON_GetArraySize(names) == 0) {
        cJSON_Delete(names);
        return;
    }
    cJSON_AddItemToArray(one_of, schema = cJSON_CreateObject());
    cJSON_AddItemToObject(schema, "enum", names);
}

cJSON *schema_of_family(const struct family *family, const char *references)
{
    cJSON *schema = cJSON_CreateObject();
    cJSON *one_of;

    cJSON_AddStringToObject(schema, "title", family->name);
    one_of = cJSON_AddArrayToObject(schema, "oneOf");
    for (size_t i = 0; family->types[i]; i++)
        cJSON_AddItemToArray(one_of, schema_of_component(family, family->types[i], references));
    add_names(one_of, family);
    return schema;
}

/* Families refer to themselves: each is added once, before it is descended into. */
static void add_families(cJSON *definitions, const struct param *params)
{
    for (size_t i = 0; i < param_count(params); i++) {
        const struct family *family = params[i].family;

        add_families(definitions, params[i].members);
        if (!family || cJSON_GetObjectItemCaseSensitive(definitions, family->plural))
            continue;
        cJSON_AddItemToObject(definitions, family->plural, schema_of_family(family, SCHEMA_DEFINITIONS));
        for (size_t k = 0; family->types[k]; k++)
            add_families(definitions, family->types[k]->params);
        add_families(definitions, family->common);
    }
}

void schema_add_definitions(cJSON *schema, const struct param *params, const struct param *common)
{
    cJSON *definitions = cJSON_CreateObject();

    add_families(definitions, params);
    add_families(definitions, common);
    if (cJSON_GetArraySize(definitions) > 0)
        cJSON_AddItemToObject(schema, "$defs", definitions);
    else
        cJSON_Delete(definitions);
}
