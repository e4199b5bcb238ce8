/* engine/script/library.h -- inside engine/script: what a script finds in its environment.
 *
 * Every function either takes constant time or charges the budget for its work (state.h). */
#ifndef ENGINE_SCRIPT_LIBRARY_H
#define ENGINE_SCRIPT_LIBRARY_H

#include <lauxlib.h>
#include <lua.h>

/* Each ends in { NULL, NULL }. */
extern const luaL_Reg
    library_basic[]; /* assert, error, ipairs, next, pairs, select, tonumber, tostring, type */
extern const luaL_Reg library_math[];
extern const luaL_Reg library_string[];
extern const luaL_Reg library_table[];

/* Adds pi, huge, maxinteger and mininteger to the table on top. */
void library_math_constants(lua_State *L);

/* Ready-made predicates for conditions: always_true, has_done_epochs. */
extern const luaL_Reg library_predicates[];
/* The name of one of them; NULL: it is none. */
const char *library_predicate_name(lua_CFunction function);

int library_format(lua_State *L); /* string.format */
int library_sort(lua_State *L);   /* table.sort */
int library_pairs(lua_State *L);
int library_next(lua_State *L);

/* Pushes the keys of the table at `index` as a list in their order: numbers, texts, booleans. */
void library_push_sorted_keys(lua_State *L, int index);

/* Arguments without Lua's conversions between texts and numbers; fail in the script's name. */
lua_Number library_number(lua_State *L, int argument);
lua_Integer library_integer(lua_State *L, int argument);
lua_Integer library_integer_or(lua_State *L, int argument, lua_Integer absent);
const char *library_text(lua_State *L, int argument, size_t *out_length);
void library_table_argument(lua_State *L, int argument);

#endif
