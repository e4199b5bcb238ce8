/* api/cursor.h -- where a page of a list ended, as an opaque word.
 *
 * It is bound to its list by a check value, so that one that was made up, cut or taken from another list or
 * project is refused. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"

enum { CURSOR_NAME_BYTES = 128 };

/* `scope` says which list: "jobs/default".  `name` holds letters, digits, `.`, `_`, `-`. */
const char *cursor_write(struct arena *arena, const char *scope, int64_t number, const char *name);
bool cursor_read(const char *cursor, const char *scope, int64_t *out_number,
                 char out_name[CURSOR_NAME_BYTES]);

#endif
