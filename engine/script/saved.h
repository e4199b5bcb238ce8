/* engine/script/saved.h -- inside engine/script: Lua tables as values that survive JSON.
 *
 * A scalar is itself, except numbers that JSON would change; a table is the one member that says what it is:
 *   {"list": [...]}, {"members": {...}}, {"pairs": [[key, value], ...]},
 *   {"same": n}: the table number n once more, counted from 0 in the order of first appearance,
 *   {"real": "2.0"}, {"real": "nan"}, {"integer": "9007199254740993"}. */
#ifndef ENGINE_SCRIPT_SAVED_H
#define ENGINE_SCRIPT_SAVED_H

#include "engine/base/value.h"
#include "engine/script/state.h"

enum { SAVED_DEPTH_MAX = 30, SAVED_ITEMS_MAX = 100000, SAVED_TEXT_BYTES_MAX = 16 * 1024 * 1024 };

/* The table on top of the stack, called `name` in errors.  `out` is VALUE_NONE before and belongs to the
 * caller, also when this throws. */
void saved_write(lua_State *L, const char *name, struct value *out);

/* Replaces the members of the table on top; throws ERROR_CORRUPT. */
void saved_read(lua_State *L, const struct value *saved);

#endif
