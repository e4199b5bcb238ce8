/* engine/script/expression_functions.h -- inside engine/script: functions of expressions that have a file of
 * their own; the list of all is in expression_functions.c. */
#ifndef ENGINE_SCRIPT_EXPRESSION_FUNCTIONS_H
#define ENGINE_SCRIPT_EXPRESSION_FUNCTIONS_H

#include <lua.h>

/* expression_shape.c */
int function_at(lua_State *L);
int function_concatenate(lua_State *L);
int function_dimshuffle(lua_State *L);
int function_l2_norm(lua_State *L);
int function_reshape(lua_State *L);
int function_slice(lua_State *L);

/* expression_parameters.c */
int function_grad(lua_State *L);
int function_param(lua_State *L);
int function_step(lua_State *L);

#endif
