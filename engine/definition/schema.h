/* engine/definition/schema.h -- parameter tables as JSON Schema, draft 2020-12.
 *
 * The caller owns every tree that is returned.  Numbers and presets are held as raw JSON, so that printing
 * keeps their bits.  Families refer to each other, and to themselves, by `references` followed by their
 * plural:
 * "#/$defs/step_rules" or "#/components/schemas/step_rules". */
#ifndef ENGINE_DEFINITION_SCHEMA_H
#define ENGINE_DEFINITION_SCHEMA_H

#include <cjson/cJSON.h>

#include "engine/base/param.h"

/* Where a schema that stands alone keeps the families it refers to. */
#define SCHEMA_DEFINITIONS "#/$defs/"

/* One member. */
cJSON *schema_of_param(const struct param *param, const char *references);

/* An object with the members of the table and no others. */
cJSON *schema_of_params(const struct param *params, const char *references);

/* The same put into a schema that has a type. */
void schema_add_members(cJSON *schema, const struct param *params, const char *references);

/* An object with "type", the members of the type and those that all of its family have. */
cJSON *schema_of_component(const struct family *family, const struct component_type *type,
                           const char *references);

/* One of the family. */
cJSON *schema_of_family(const struct family *family, const char *references);

/* Adds to `schema`, under "$defs", every family that the tables refer to, directly or through another. Either
 * table may be NULL. */
void schema_add_definitions(cJSON *schema, const struct param *params, const struct param *common);

/* A number as raw JSON: whole ones without a point. */
cJSON *schema_number(double number);

#endif
