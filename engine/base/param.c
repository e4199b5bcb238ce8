/* engine/base/param.c -- see param.h. */
#include "engine/base/param.h"

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
