/* engine/script/budget.h -- inside engine/script: what one call from outside may use; script_charge (state.h)
 * is here too. */
#ifndef ENGINE_SCRIPT_BUDGET_H
#define ENGINE_SCRIPT_BUDGET_H

#include "engine/script/state.h"

/* Gives the call that begins its instructions and its time, and watches over them from now on. */
void budget_begin(lua_State *L);

#endif
