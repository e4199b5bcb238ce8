/* engine/script/library_basic.c -- the functions of Lua's base library that a script may use. */
#include "engine/script/library.h"

#include <string.h>

#include "engine/script/state.h"

enum { NUMERAL_BYTES_MAX = 200, CHARGE_PER_NUMERAL = 20 }; /* numbers from and to texts are slow */

lua_Number library_number(lua_State *L, int argument)
{
    if (lua_type(L, argument) != LUA_TNUMBER)
        script_throw(L, ERROR_SCRIPT, "argument %d has to be a number, not %s", argument,
                     luaL_typename(L, argument));
    return lua_tonumber(L, argument);
}

lua_Integer library_integer(lua_State *L, int argument)
{
    int whole;
    const lua_Number number = library_number(L, argument);
    const lua_Integer integer = lua_tointegerx(L, argument, &whole);

    if (!whole)
        script_throw(L, ERROR_SCRIPT, "argument %d has to be a whole number, not %.14g", argument, number);
    return integer;
}

lua_Integer library_integer_or(lua_State *L, int argument, lua_Integer absent)
{
    return lua_isnoneornil(L, argument) ? absent : library_integer(L, argument);
}

/* Numbers are accepted as texts, as everywhere in Lua. */
const char *library_text(lua_State *L, int argument, size_t *out_length)
{
    const int type = lua_type(L, argument);

    if (type != LUA_TSTRING && type != LUA_TNUMBER)
        script_throw(L, ERROR_SCRIPT, "argument %d has to be a text, not %s", argument,
                     luaL_typename(L, argument));
    return lua_tolstring(L, argument, out_length);
}

void library_table_argument(lua_State *L, int argument)
{
    if (lua_type(L, argument) != LUA_TTABLE)
        script_throw(L, ERROR_SCRIPT, "argument %d has to be a table, not %s", argument,
                     luaL_typename(L, argument));
}

static int basic_assert(lua_State *L)
{
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    if (lua_type(L, 2) == LUA_TSTRING)
        return script_throw(L, ERROR_SCRIPT, "%s", lua_tostring(L, 2));
    return script_throw(L, ERROR_SCRIPT, "assertion failed");
}

/* error(message): a text as it is, anything else by what it is. */
static int basic_error(lua_State *L)
{
    lua_settop(L, 1);
    switch (lua_type(L, 1)) {
    case LUA_TSTRING:
    case LUA_TNUMBER:
        return script_throw(L, ERROR_SCRIPT, "%s", lua_tostring(L, 1));
    case LUA_TBOOLEAN:
        return script_throw(L, ERROR_SCRIPT, "the error is %s", lua_toboolean(L, 1) ? "true" : "false");
    default:
        return script_throw(L, ERROR_SCRIPT, "the error is a %s value, not a text", luaL_typename(L, 1));
    }
}

static int basic_type(lua_State *L)
{
    if (lua_isnone(L, 1))
        return script_throw(L, ERROR_SCRIPT, "type needs an argument");
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

static int basic_tostring(lua_State *L)
{
    switch (lua_type(L, 1)) {
    case LUA_TNUMBER:
        script_charge(L, CHARGE_PER_NUMERAL);
        luaL_tolstring(L, 1, NULL);
        return 1;
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TSTRING:
        luaL_tolstring(L, 1, NULL);
        return 1;
    case LUA_TNONE:
        return script_throw(L, ERROR_SCRIPT, "tostring needs an argument");
    default: /* without the address, which would differ from run to run */
        lua_pushstring(L, luaL_typename(L, 1));
        return 1;
    }
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 36;
}

/* tonumber(text, base): a whole number with blanks around it; nil when it is none. */
static int number_in_base(lua_State *L, const char *text, lua_Integer base)
{
    uint64_t number = 0;
    bool negative, any = false;

    text += strspn(text, " \t\n\v\f\r");
    negative = *text == '-';
    text += negative;
    for (; digit_value(*text) < base; text++, any = true)
        number = number * (uint64_t)base + (uint64_t)digit_value(*text);
    text += strspn(text, " \t\n\v\f\r");
    if (!any || *text)
        luaL_pushfail(L);
    else
        lua_pushinteger(L, (lua_Integer)(negative ? 0 - number : number));
    return 1;
}

static int basic_tonumber(lua_State *L)
{
    const char *text;
    size_t length;

    if (lua_isnone(L, 1))
        return script_throw(L, ERROR_SCRIPT, "tonumber needs an argument");
    if (lua_type(L, 1) == LUA_TNUMBER && lua_isnoneornil(L, 2)) {
        lua_settop(L, 1);
        return 1;
    }
    if (lua_type(L, 1) != LUA_TSTRING) {
        luaL_pushfail(L);
        return 1;
    }
    text = lua_tolstring(L, 1, &length);
    script_charge(L, CHARGE_PER_NUMERAL);
    if (length > NUMERAL_BYTES_MAX || strlen(text) != length) {
        luaL_pushfail(L);
        return 1;
    }
    if (!lua_isnoneornil(L, 2)) {
        const lua_Integer base = library_integer(L, 2);

        if (base < 2 || base > 36)
            return script_throw(L, ERROR_SCRIPT, "the base %lld is not between 2 and 36", (long long)base);
        return number_in_base(L, text, base);
    }
    if (!lua_stringtonumber(L, text))
        luaL_pushfail(L);
    return 1;
}

/* select(n, ...): what follows the n-th; a negative n counts from the end; select("#", ...): how many. */
static int basic_select(lua_State *L)
{
    const lua_Integer count = lua_gettop(L) - 1;
    lua_Integer from;

    if (lua_type(L, 1) == LUA_TSTRING && !strcmp(lua_tostring(L, 1), "#")) {
        lua_pushinteger(L, count);
        return 1;
    }
    from = library_integer(L, 1);
    if (from < 0)
        from += count + 1;
    if (from < 1)
        return script_throw(L, ERROR_SCRIPT, "select cannot start at this place");
    if (from > count)
        return 0;
    script_charge(L, count);
    return (int)(count - from + 1);
}

static int ipairs_step(lua_State *L)
{
    const lua_Integer index = lua_tointeger(L, 2) + 1;

    lua_settop(L, 1);
    lua_pushinteger(L, index);
    return lua_geti(L, 1, index) == LUA_TNIL ? 1 : 2;
}

static int basic_ipairs(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TUSERDATA)
        library_table_argument(L, 1);
    lua_pushcfunction(L, ipairs_step);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

const luaL_Reg library_basic[] = {
    { "assert", basic_assert },     { "error", basic_error },
    { "ipairs", basic_ipairs },     { "next", library_next },
    { "pairs", library_pairs },     { "select", basic_select },
    { "tonumber", basic_tonumber }, { "tostring", basic_tostring },
    { "type", basic_type },         { NULL, NULL },
};
