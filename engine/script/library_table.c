/* engine/script/library_table.c -- table functions that charge for every element they move. */
#include "engine/script/library.h"

#include <string.h>

#include "engine/script/state.h"

static lua_Integer length_of(lua_State *L)
{
    library_table_argument(L, 1);
    return (lua_Integer)lua_rawlen(L, 1);
}

/* insert(t, value) or insert(t, position, value) */
static int table_insert(lua_State *L)
{
    const lua_Integer length = length_of(L);
    lua_Integer position = length + 1;

    if (lua_gettop(L) == 3)
        position = library_integer(L, 2);
    else if (lua_gettop(L) != 2)
        return script_throw(L, ERROR_SCRIPT, "insert takes a table, a position if wanted, and a value");
    if (position < 1 || position > length + 1)
        return script_throw(L, ERROR_SCRIPT, "the position %lld is not between 1 and %lld",
                            (long long)position, (long long)length + 1);
    script_charge(L, length + 1 - position);
    for (lua_Integer i = length + 1; i > position; i--) {
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
    }
    lua_seti(L, 1, position);
    return 0;
}

/* remove(t) or remove(t, position): gives what was there. */
static int table_remove(lua_State *L)
{
    const lua_Integer length = length_of(L);
    const lua_Integer position = library_integer_or(L, 2, length);

    if (position != length && (position < 1 || position > length + 1))
        return script_throw(L, ERROR_SCRIPT, "the position %lld is not between 1 and %lld",
                            (long long)position, (long long)length + 1);
    if (length > position)
        script_charge(L, length - position);
    lua_geti(L, 1, position);
    for (lua_Integer i = position; i < length; i++) {
        lua_geti(L, 1, i + 1);
        lua_seti(L, 1, i);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position > length ? position : length);
    return 1;
}

/* concat(t, separator, from, to) */
static int table_concat(lua_State *L)
{
    char joined[SCRIPT_TEXT_BYTES_MAX];
    const lua_Integer length = length_of(L);
    const lua_Integer from = library_integer_or(L, 3, 1), to = library_integer_or(L, 4, length);
    size_t separator_length = 0, used = 0;
    const char *separator = lua_isnoneornil(L, 2) ? "" : library_text(L, 2, &separator_length);

    for (lua_Integer i = from; i <= to; i++) {
        size_t item_length, gap = i == from ? 0 : separator_length;
        const int type = lua_geti(L, 1, i);
        const char *item;

        if (type != LUA_TSTRING && type != LUA_TNUMBER)
            return script_throw(L, ERROR_SCRIPT, "element %lld is a %s value and cannot be joined",
                                (long long)i, lua_typename(L, type));
        item = lua_tolstring(L, -1, &item_length);
        if (gap + item_length > sizeof joined - used)
            return script_throw(L, ERROR_SCRIPT_BUDGET, "a text of more than %d bytes",
                                SCRIPT_TEXT_BYTES_MAX);
        memcpy(joined + used, separator, gap);
        memcpy(joined + used + gap, item, item_length);
        used += gap + item_length;
        lua_pop(L, 1);
        script_charge(L, 2);
        if (i == LUA_MAXINTEGER)
            break;
    }
    lua_pushlstring(L, joined, used);
    return 1;
}

/* unpack(t, from, to) */
static int table_unpack(lua_State *L)
{
    const lua_Integer from = library_integer_or(L, 2, 1);
    const lua_Integer to = lua_isnoneornil(L, 3) ? length_of(L) : library_integer(L, 3);
    int count;

    library_table_argument(L, 1);
    if (from > to)
        return 0;
    if ((lua_Unsigned)to - (lua_Unsigned)from >= SCRIPT_VALUES_MAX)
        return script_throw(L, ERROR_SCRIPT_BUDGET, "unpack gives at most %d values", SCRIPT_VALUES_MAX);
    count = (int)(to - from + 1);
    luaL_checkstack(L, count, NULL);
    script_charge(L, count);
    for (int i = 0; i < count; i++)
        lua_geti(L, 1, from + i);
    return count;
}

const luaL_Reg library_table[] = {
    { "concat", table_concat }, { "insert", table_insert }, { "remove", table_remove },
    { "sort", library_sort },   { "unpack", table_unpack }, { NULL, NULL },
};
