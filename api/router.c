/* api/router.c -- see router.h. */
#include "api/router.h"

#include <assert.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { NAME_BYTES_MAX = 100, UUID_BYTES = 36 };

static bool is_name(const char *value)
{
    size_t length = strlen(value);

    return length >= 1 && length <= NAME_BYTES_MAX && strspn(value, LETTERS DIGITS "._-") == length &&
           strspn(value, LETTERS DIGITS) >= 1;
}

static bool is_uuid(const char *value)
{
    if (strlen(value) != UUID_BYTES)
        return false;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? value[i] != '-' : !strchr(DIGITS "abcdef", value[i]))
            return false;
    }
    return true;
}

bool path_value_valid(const char *name, size_t name_length, const char *value)
{
    if (name_length == 3 && strncmp(name, "job", 3) == 0)
        return is_uuid(value);
    return is_name(value);
}

/* Compares segment by segment; a {name} takes any value that is valid for it. */
static bool path_matches(const char *pattern, const struct target *target, const char *values[])
{
    size_t segment = 0, value = 0;

    for (pattern++; *pattern; segment++) {
        size_t length = strcspn(pattern, "/");
        const char *given = segment < target->segment_count ? target->segments[segment] : NULL;

        if (!given)
            return false;
        if (pattern[0] == '{') {
            if (!path_value_valid(pattern + 1, length - 2, given))
                return false;
            assert(value < PATH_PARAMETERS_MAX);
            values[value++] = given;
        } else if (strlen(given) != length || strncmp(pattern, given, length) != 0) {
            return false;
        }
        pattern += length;
        pattern += *pattern == '/';
    }
    return segment == target->segment_count;
}

void route_match(const struct route *routes, const struct target *target, enum method method,
                 struct route_match *out)
{
    enum method served = method == METHOD_HEAD ? METHOD_GET : method;

    *out = (struct route_match){ 0 };
    for (const struct route *route = routes; route->handler; route++) {
        const char *values[PATH_PARAMETERS_MAX] = { NULL };

        if (!path_matches(route->path, target, values))
            continue;
        out->methods |= 1u << route->method | 1u << METHOD_OPTIONS;
        if (route->method == METHOD_GET)
            out->methods |= 1u << METHOD_HEAD;
        if (route->method == served && !out->route) {
            out->route = route;
            memcpy(out->path_values, values, sizeof(values));
        }
    }
}

unsigned route_methods(const struct route *routes)
{
    unsigned methods = 1u << METHOD_OPTIONS | 1u << METHOD_HEAD;

    for (; routes->handler; routes++)
        methods |= 1u << routes->method;
    return methods;
}

const char *route_allow(unsigned methods, struct arena *arena)
{
    const char *allow = "";

    for (int method = 0; method < METHOD_COUNT; method++)
        if (methods & 1u << method)
            allow =
                arena_format(arena, "%s%s%s", allow, *allow ? ", " : "", method_name((enum method)method));
    return allow;
}
