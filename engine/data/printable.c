/* engine/data/printable.c -- see printable.h. */
#include "engine/data/printable.h"

#include <stdio.h>

const char *printable(const char *text, size_t length, char out[PRINTABLE_BYTES])
{
    const size_t most = 40, shown = length < most ? length : most;

    for (size_t i = 0; i < shown; i++)
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    snprintf(out + shown, PRINTABLE_BYTES - shown, "%s", length > most ? "..." : "");
    return out;
}
