/* engine/script/detached.h -- inside engine/script: a function value that leaves the call in which it was
 * made.
 *
 * Its code is found again in the source by the line on which Lua saw it begin.  Of the locals around it that
 * it uses it gets copies, so that it is the same before and after a checkpoint; only plain values can be
 * copied, and `self`, which is reached in both. */
#ifndef ENGINE_SCRIPT_DETACHED_H
#define ENGINE_SCRIPT_DETACHED_H

#include "engine/base/value.h"
#include "engine/script/state.h"

/* The function at `index` as script_function_save writes it (function.h); `self` is at `self_index`.  `out`
 * is VALUE_NONE before and belongs to the caller, also when this throws. */
void detached_read(lua_State *L, int index, int self_index, struct value *out);

#endif
