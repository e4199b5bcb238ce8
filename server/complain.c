/* server/complain.c -- see complain.h. */
#include "server/complain.h"

#include <stdio.h>

int complain(const struct error *err)
{
    fprintf(stderr, "kilnd: %s%s%s\n", err->pointer, *err->pointer ? ": " : "", err->message);
    if (*err->hint)
        fprintf(stderr, "    %s\n", err->hint);
    return 1;
}
