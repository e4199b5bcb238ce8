/* engine/script/transfer.h -- inside engine/script: values from and to Lua.
 *
 * Everything here runs inside script_protect and may throw.  What is being built when that happens belongs
 * to whoever is named as its owner. */
#ifndef ENGINE_SCRIPT_TRANSFER_H
#define ENGINE_SCRIPT_TRANSFER_H

#include "engine/base/value.h"
#include "engine/script/state.h"

/* Of one value: tables inside each other, elements, and bytes of all its texts together. */
enum { TRANSFER_DEPTH_MAX = 16, TRANSFER_ITEMS_MAX = 10000, TRANSFER_TEXT_BYTES_MAX = 1024 * 1024 };

void transfer_push(lua_State *L, const struct value *value);

/* Nil, booleans, numbers and texts; false for anything else, with *out untouched. */
bool transfer_read_scalar(lua_State *L, int index, struct value *out);

/* Also lists (1 to n) and tables with texts as keys, in the order of the keys.  `out` is VALUE_NONE before
 * and well-formed at any time: its owner finishes it after a failure. */
void transfer_read(lua_State *L, int index, struct value *out);

/* The keys of the table at `index` are 1 to n; `keys` is the place of their sorted list. */
bool transfer_is_list(lua_State *L, int keys);

#endif
