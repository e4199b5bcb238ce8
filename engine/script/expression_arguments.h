/* engine/script/expression_arguments.h -- inside engine/script: reading the arguments of functions that build
 * nodes.  `what` is the function; whatever does not fit is thrown in its name. */
#ifndef ENGINE_SCRIPT_EXPRESSION_ARGUMENTS_H
#define ENGINE_SCRIPT_EXPRESSION_ARGUMENTS_H

#include "engine/script/expression_scope.h"

void argument_count(lua_State *L, const char *what, int min, int max);
double argument_real(lua_State *L, int index, const char *what);
int64_t argument_integer(lua_State *L, int index, const char *what);
int argument_axis(lua_State *L, int index, const char *what); /* may be negative */

/* The values from place `index` on, or the elements of the one list there, are put on the stack one after
 * another; returns the place of the first one. */
int argument_spread(lua_State *L, int index, const char *what, int *out_count);

#endif
