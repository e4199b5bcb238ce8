/* docs/reference.h -- the engine's tables in Markdown. */
#ifndef DOCS_REFERENCE_H
#define DOCS_REFERENCE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/* Appends what {{what name}} stands for: "params" and the name of a table, "family" and its plural, or
 * "common" for the members that all of a family have.  Prose of components is read from
 * FOLDER/text/FAMILY/TYPE.md; extensions need it, others may have it. */
bool reference_write(const char *folder, const char *what, const char *name, struct text *out,
                     struct error *err);

/* A table of arguments, as describe_params (engine/definition/describe.h) lists them; nothing when there are
 * none.  `noun` heads the first column. */
void reference_write_arguments(const cJSON *arguments, const char *noun, struct text *out);

#endif
