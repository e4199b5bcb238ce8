/* tests/docs/read_page.c -- see read_page.h. */
#include "tests/docs/read_page.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "docs/page.h"

const char *docs_folder(char out[1024])
{
    const char *source = getenv("KILN_SOURCE");

    snprintf(out, 1024, "%s/docs", source ? source : ".");
    return out;
}

void read_page(const char *name, struct text *out)
{
    char folder[1024], path[1200];
    struct error err;

    snprintf(path, sizeof path, "%s/%s", docs_folder(folder), name);
    if (!page_read_file(path, out, &err))
        ck_abort_msg("%s", err.message);
}
