/* engine/extensions/checkpoint_name.c -- see checkpoint_name.h. */
#include "engine/extensions/checkpoint_name.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_BYTES_MAX = 200 };

static bool has_part(const char *name, const char *part)
{
    size_t length = strlen(part);

    for (const char *at = name; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, part, length) == 0 && (at[length] == '/' || !at[length]))
            return true;
    }
    return false;
}

const char *checkpoint_name_problem(const char *name)
{
    if (!name[0])
        return "must not be empty";
    if (strlen(name) > NAME_BYTES_MAX)
        return "must not have more than 200 bytes";
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f || *c == '\\')
            return "must not hold control characters or \"\\\"";
    if (name[0] == '/')
        return "must not begin with \"/\"";
    if (has_part(name, "") || has_part(name, ".") || has_part(name, ".."))
        return "must not hold empty parts, \".\" or \"..\"";
    return NULL;
}
