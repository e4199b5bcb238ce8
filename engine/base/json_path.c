/* engine/base/json_path.c -- spells a place in a document as a JSON Pointer (RFC 6901); see error.h. */
#include <stdio.h>

#include "engine/base/error.h"

enum { STEPS_MAX = 64 };

/* Appends "/key" with the escapes ~0 and ~1; false, with nothing appended, when it does not fit. */
static bool append_key(char *out, size_t *length, size_t out_bytes, const char *key)
{
    size_t at = *length;

    if (at + 1 >= out_bytes)
        return false;
    out[at++] = '/';
    for (; *key; key++) {
        bool escaped = *key == '~' || *key == '/';

        if (at + escaped + 1 >= out_bytes)
            return false;
        if (escaped)
            out[at++] = '~';
        out[at++] = escaped ? (*key == '~' ? '0' : '1') : *key;
    }
    *length = at;
    return true;
}

static bool is_document(const struct json_path *step)
{
    return !step->parent && !step->key;
}

void json_path_spell(const struct json_path *path, char *out, size_t out_bytes)
{
    const struct json_path *steps[STEPS_MAX];
    size_t depth = 0, kept, length = 0;

    for (const struct json_path *step = path; step && !is_document(step); step = step->parent)
        depth++;
    kept = depth < STEPS_MAX ? depth : STEPS_MAX;
    for (const struct json_path *step = path; depth > 0; step = step->parent)
        if (--depth < STEPS_MAX)
            steps[depth] = step;
    for (size_t i = 0; i < kept; i++) {
        char index[24];

        snprintf(index, sizeof index, "%zu", steps[i]->index);
        if (!append_key(out, &length, out_bytes, steps[i]->key ? steps[i]->key : index))
            break;
    }
    out[length] = '\0';
}
