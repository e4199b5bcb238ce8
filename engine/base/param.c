/* engine/base/param.c -- see param.h. */
#include "engine/base/param.h"

#include <math.h>
#include <string.h>

const struct component_type *family_find(const struct family *family, const char *name)
{
    for (const struct component_type *const *type = family->types; *type; type++)
        if (strcmp((*type)->name, name) == 0)
            return *type;
    return NULL;
}

const struct param *param_find(const struct param *params, const char *name)
{
    for (const struct param *param = params; param && param->kind != PARAM_NONE; param++)
        if (strcmp(param->name, name) == 0)
            return param;
    return NULL;
}

size_t param_count(const struct param *params)
{
    size_t count = 0;

    while (params && params[count].kind != PARAM_NONE)
        count++;
    return count;
}

void param_set_absent(const struct param *param, void *settings)
{
    void *field = (char *)settings + param->offset;

    switch (param->kind) {
    case PARAM_NONE:
        break;
    case PARAM_BOOLEAN:
        *(bool *)field = false;
        break;
    case PARAM_OPTIONAL_BOOLEAN:
        *(enum optional_boolean *)field = BOOLEAN_ABSENT;
        break;
    case PARAM_INTEGER:
        *(int64_t *)field = INTEGER_ABSENT;
        break;
    case PARAM_REAL:
        *(double *)field = NAN;
        break;
    case PARAM_CHOICE:
        *(int *)field = -1;
        break;
    case PARAM_TEXT:
    case PARAM_FUNCTION:
        *(const char **)field = NULL;
        break;
    case PARAM_INTEGERS:
        *(struct integer_list *)field = (struct integer_list){ 0 };
        break;
    case PARAM_REALS:
        *(struct real_list *)field = (struct real_list){ 0 };
        break;
    case PARAM_TEXTS:
        *(struct text_list *)field = (struct text_list){ 0 };
        break;
    case PARAM_COMPONENT:
        *(struct component **)field = NULL;
        break;
    case PARAM_OBJECT:
        *(void **)field = NULL;
        break;
    case PARAM_COMPONENTS:
        *(struct component_list *)field = (struct component_list){ 0 };
        break;
    case PARAM_JSON:
        *(const struct cJSON **)field = NULL;
        break;
    }
}
