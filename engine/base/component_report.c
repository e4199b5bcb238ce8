/* engine/base/component_report.c -- see component_report.h. */
#include "engine/base/component_report.h"

#include <stdio.h>

bool component_report(struct error_list *list, enum error_code code, const struct component *component,
                      const char *member, const char *file, int line, const char *format, ...)
{
    const char *pointer = component->pointer ? component->pointer : "";
    struct error err;
    char message[sizeof err.message];
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(message, sizeof message, format, arguments) < 0)
        message[0] = '\0';
    va_end(arguments);
    error_raise(&err, code, NULL, file, line, "%s", message);
    if (snprintf(err.pointer, sizeof err.pointer, "%s%s%s", pointer, member ? "/" : "",
                 member ? member : "") >= (int)sizeof err.pointer)
        snprintf(err.pointer, sizeof err.pointer, "%.*s", (int)sizeof err.pointer - 1, pointer);
    return error_list_add(list, &err);
}
