/* engine/script/library_sort.c -- table.sort as a merge sort.
 *
 * Lua's own sort picks pivots by the clock, goes quadratic on chosen input and fails when the comparison
 * function contradicts itself.  This one is stable, takes n log n comparisons whatever they answer, and
 * always ends with the same elements. */
#include "engine/script/library.h"
#include "engine/script/state.h"

enum { TABLE = 1, LESS = 2, SCRATCH = 3 }; /* places on the stack */

/* Whether the value on top comes before the one below it; both stay. */
static bool top_comes_first(lua_State *L)
{
    bool first;

    script_charge(L, 1);
    if (lua_isnil(L, LESS))
        return lua_compare(L, -1, -2, LUA_OPLT);
    lua_pushvalue(L, LESS);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -4);
    lua_call(L, 2, 1);
    first = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return first;
}

/* Merges the sorted ranges [low, middle) and [middle, high). */
static void merge(lua_State *L, lua_Integer low, lua_Integer middle, lua_Integer high)
{
    const lua_Integer left_count = middle - low;
    lua_Integer left = 1, right = middle, out = low;

    script_charge(L, high - low);
    for (lua_Integer i = 0; i < left_count; i++) {
        lua_geti(L, TABLE, low + i);
        lua_rawseti(L, SCRATCH, i + 1);
    }
    while (left <= left_count && right < high) {
        bool right_first;

        lua_rawgeti(L, SCRATCH, left);
        lua_geti(L, TABLE, right);
        right_first = top_comes_first(L);
        left += !right_first;
        right += right_first;
        lua_pushvalue(L, right_first ? -1 : -2);
        lua_seti(L, TABLE, out++);
        lua_pop(L, 2);
    }
    for (; left <= left_count; left++) {
        lua_rawgeti(L, SCRATCH, left);
        lua_seti(L, TABLE, out++);
    }
}

/* Sorts [low, high); as deep as the logarithm of its length. */
static void sort_range(lua_State *L, lua_Integer low, lua_Integer high)
{
    const lua_Integer middle = low + (high - low) / 2;

    if (high - low < 2)
        return;
    sort_range(L, low, middle);
    sort_range(L, middle, high);
    merge(L, low, middle, high);
}

int library_sort(lua_State *L)
{
    library_table_argument(L, TABLE);
    if (!lua_isnoneornil(L, LESS) && lua_type(L, LESS) != LUA_TFUNCTION)
        return script_throw(L, ERROR_SCRIPT, "argument 2 has to be a function, not %s",
                            luaL_typename(L, LESS));
    lua_settop(L, LESS);
    lua_newtable(L);
    sort_range(L, 1, (lua_Integer)lua_rawlen(L, TABLE) + 1);
    return 0;
}
