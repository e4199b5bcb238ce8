/* engine/script/budget.h -- inside engine/script: what one call from outside may use; script_charge (state.h)
 * is here too. */
#ifndef ENGINE_SCRIPT_BUDGET_H
#define ENGINE_SCRIPT_BUDGET_H

#include "engine/script/state.h"

/* Gives the call that begins its instructions and its time, and watches over them from now on. */
void budget_begin(lua_State *L);

/* Around what a script sets going that is no script, such as an evaluation by a sub-extension: the time in
 * between is not the script's.  A script that runs in there enters and leaves in its turn, so that its time
 * and its instructions come out of the one budget. */
void budget_leave(lua_State *L);
bool budget_enter(lua_State *L); /* false: it had not been left */

#endif
