/* docs/route.h -- an entry of the table of routes in Markdown. */
#ifndef DOCS_ROUTE_H
#define DOCS_ROUTE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/* Appends the heading "### GET /v1/jobs", what the route does, its query parameters and what it takes.  False
 * when there is no such route. */
bool route_write(const char *method, const char *path, struct text *out, struct error *err);

#endif
