/* docs/page.h -- a page of the reference: prose from docs/text with the engine's tables filled in.
 *
 * A page called NAME is made from FOLDER/text/NAME.md.  In it, a line that consists of {{TABLE NAME}} stands
 * for a table of the engine, {{params job}} or {{family bricks}} (see reference.h), {{route GET /v1/jobs}}
 * for an entry of the routes, {{file PATH}} for a file of the project.  A file FOLDER/text/FAMILY/TYPE.md
 * adds prose and an example to a component. */
#ifndef DOCS_PAGE_H
#define DOCS_PAGE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/* Appends the whole page.  False when a fragment is missing or names a table that is not there. */
bool page_write(const char *folder, const char *name, struct text *out, struct error *err);

/* Appends a file. */
bool page_read_file(const char *path, struct text *out, struct error *err);

/* The pages; ends in NULL. */
extern const char *const pages[];

#endif
