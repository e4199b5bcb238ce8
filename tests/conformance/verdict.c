/* tests/conformance/verdict.c -- see verdict.h. */
#include "tests/conformance/verdict.h"

#include <stdarg.h>
#include <stdio.h>

bool verdict_fail(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;

    if (verdict->outcome == CASE_NOT_OK)
        return false;
    verdict->outcome = CASE_NOT_OK;
    va_start(arguments, format);
    vsnprintf(verdict->reason, sizeof verdict->reason, format, arguments);
    va_end(arguments);
    return false;
}

void verdict_skip(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;

    verdict->outcome = CASE_SKIPPED;
    va_start(arguments, format);
    vsnprintf(verdict->reason, sizeof verdict->reason, format, arguments);
    va_end(arguments);
}
