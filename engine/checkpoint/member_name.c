/* engine/checkpoint/member_name.c -- how Blocks calls a parameter inside `_parameters`. */
#include "engine/checkpoint/save.h"

#include <stdio.h>

static void translate(const char *name, char from, char to, char out[PARAMETER_NAME_BYTES])
{
    snprintf(out, PARAMETER_NAME_BYTES, "%s", name);
    for (char *c = out; *c; c++)
        if (*c == from)
            *c = to;
}

void parameter_to_member(const char *path, char out[PARAMETER_NAME_BYTES])
{
    translate(path, '/', '|', out);
}

void parameter_from_member(const char *member, char out[PARAMETER_NAME_BYTES])
{
    translate(member, '|', '/', out);
}
