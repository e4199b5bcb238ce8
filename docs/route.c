/* docs/route.c -- see route.h. */
#include "docs/route.h"

#include <string.h>

#include "api/routes.h"
#include "docs/reference.h"
#include "engine/definition/describe.h"

static const struct route *find(const char *method, const char *path)
{
    for (const struct route *route = routes; route->handler; route++)
        if (strcmp(method_name(route->method), method) == 0 && strcmp(route->path, path) == 0)
            return route;
    return NULL;
}

static void write_size(uint64_t bytes, struct text *out)
{
    static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
    size_t unit = 0;

    while (bytes >= 1024 && bytes % 1024 == 0 && unit < COUNT(units) - 1) {
        bytes /= 1024;
        unit++;
    }
    text_format(out, "%llu %s", (unsigned long long)bytes, units[unit]);
}

static void write_body(const struct route *route, struct text *out)
{
    static const char *const bodies[] = {
        [BODY_JSON] = "Takes JSON",
        [BODY_JSON_OPTIONAL] = "Takes JSON, or nothing",
        [BODY_FILE] = "Takes a file",
    };

    if (route->body == BODY_NONE)
        return;
    text_format(out, " %s, at most ", bodies[route->body]);
    write_size(route->body_bytes_max, out);
    text_add_char(out, '.');
}

static void write_media_types(const struct route *route, struct text *out)
{
    for (size_t i = 0; route->produces && route->produces[i]; i++)
        text_format(out, "%s`%s`", i == 0 ? " Answers with " : ", ", route->produces[i]);
    if (route->produces)
        text_add_char(out, '.');
}

bool route_write(const char *method, const char *path, struct text *out, struct error *err)
{
    const struct route *route = find(method, path);
    cJSON *parameters;

    if (!route)
        return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no route %s %s", method, path);
    text_format(out, "### %s %s\n\n%s", method, path, route->about);
    write_body(route, out);
    write_media_types(route, out);
    text_add_char(out, '\n');
    if (!route->query)
        return true;
    parameters = describe_params(route->query);
    text_add_char(out, '\n');
    reference_write_arguments(parameters, "parameter", out);
    cJSON_Delete(parameters);
    return true;
}
