/* engine/base/path.c -- see path.h. */
#include "engine/base/path.h"

#include <stdarg.h>
#include <stdio.h>

bool path_format(char out[PATH_MAX], struct error *err, const char *format, ...)
{
    va_list values;
    int length;

    va_start(values, format);
    length = vsnprintf(out, PATH_MAX, format, values);
    va_end(values);
    return (length >= 0 && length < PATH_MAX) ||
           RAISE(err, ERROR_LIMIT, NULL, "the path \"%.100s...\" is too long", out);
}
