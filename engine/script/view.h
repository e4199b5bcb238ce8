/* engine/script/view.h -- inside engine/script: objects that stand for something of ours. */
#ifndef ENGINE_SCRIPT_VIEW_H
#define ENGINE_SCRIPT_VIEW_H

#include "engine/base/value.h"
#include "engine/script/function.h"
#include "engine/script/log_view.h"
#include "engine/script/main_loop_view.h"
#include "engine/script/state.h"
#include "engine/script/table.h"

void view_push_log(lua_State *L, const struct script_log_port *port);
void view_push_status(lua_State *L, const struct script_log_port *port);
void view_push_model(lua_State *L, const struct script_model_port *port);
void view_push_main_loop(lua_State *L, const struct script_main_loop_port *port);
void view_push_table(lua_State *L, const struct script_table *table);
struct script *view_table_script(const struct script_table *table);
void view_push_argument(lua_State *L, const struct script_argument *argument);

/* A new object of `bytes` bytes whose behaviour is `methods` (ends in { NULL, NULL }), made once per state
 * and found again by the address of that table. */
void *view_new(lua_State *L, size_t bytes, const luaL_Reg *methods);
/* The object at `index` if it is one of `methods`, else NULL. */
void *view_find(lua_State *L, int index, const luaL_Reg *methods);
/* The same; throws instead of NULL. */
void *view_at(lua_State *L, int index, const luaL_Reg *methods);

/* Pushes a value that a port has handed out, and finishes it whatever happens. */
void view_push_owned(lua_State *L, struct value *value);

#endif
