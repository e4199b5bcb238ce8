/* api/cursor.c -- see cursor.h.  Written as NUMBER.CHECK.NAME, the first two in hexadecimal. */
#include "api/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t check_value(const char *scope, int64_t number, const char *name)
{
    uint64_t hash = mix(UINT64_C(14695981039346656037), scope, strlen(scope) + 1);

    hash = mix(hash, &number, sizeof(number));
    return mix(hash, name, strlen(name));
}

const char *cursor_write(struct arena *arena, const char *scope, int64_t number, const char *name)
{
    return arena_format(arena, "%" PRIx64 ".%016" PRIx64 ".%s", (uint64_t)number,
                        check_value(scope, number, name), name);
}

bool cursor_read(const char *cursor, const char *scope, int64_t *out_number, char out_name[CURSOR_NAME_BYTES])
{
    uint64_t number, check;
    int end = 0;
    const char *name;

    if (strspn(cursor, "0123456789abcdef.") < 19 ||
        sscanf(cursor, "%16" SCNx64 ".%16" SCNx64 ".%n", &number, &check, &end) != 2 || end == 0)
        return false;
    name = cursor + end;
    if (strlen(name) >= CURSOR_NAME_BYTES || check_value(scope, (int64_t)number, name) != check)
        return false;
    *out_number = (int64_t)number;
    memcpy(out_name, name, strlen(name) + 1);
    return true;
}
