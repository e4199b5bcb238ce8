/* engine/base/param_text.h -- fills settings structs from names and texts by parameter tables.
 *
 * For query strings, flags and environment variables.  Every error is reported and names its parameter; the
 * pointer of the errors is empty.  A list takes one element from each repetition of its name; lists of
 * numbers may also be written "1,2,3".  Booleans are true or false, spelled out. */
#ifndef ENGINE_BASE_PARAM_TEXT_H
#define ENGINE_BASE_PARAM_TEXT_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"

struct param_text {
    const char *name;  /* as in the table: "log_format" */
    const char *value; /* NULL: none was given */
    const char *shown; /* as the user wrote it: "--log-format"; NULL: `name` */
};

/* Binds to the zeroed struct `settings`; texts are copied into `arena`.  `what` is what errors call a
 * parameter: "query parameter".  Tables for this hold no functions, components or JSON. */
bool param_text_bind(const struct param *params, const char *what, const struct param_text *texts,
                     size_t count, struct arena *arena, void *settings, struct error_list *errors);

#endif
