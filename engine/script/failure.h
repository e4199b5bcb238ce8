/* engine/script/failure.h -- inside engine/script: from Lua's errors to ours.
 *
 * script_throw and its sisters (state.h) are here too. */
#ifndef ENGINE_SCRIPT_FAILURE_H
#define ENGINE_SCRIPT_FAILURE_H

#include "engine/script/state.h"

/* What runs now; line 0 outside of Lua functions. */
struct script_place failure_place(lua_State *L);

/* Turns what lua_pcall left on top of the stack with `status` into an error; false. */
bool failure_raise(struct script *script, int status, struct error *err);

#endif
