/* engine/script/expression_arguments.c -- see expression_arguments.h. */
#include "engine/script/expression_arguments.h"

void argument_count(lua_State *L, const char *what, int min, int max)
{
    const int count = lua_gettop(L);

    if (count >= min && count <= max)
        return;
    if (min == max)
        script_throw(L, ERROR_INVALID_VALUE, "%s takes %d argument%s, not %d", what, min, min == 1 ? "" : "s",
                     count);
    script_throw(L, ERROR_INVALID_VALUE, "%s takes %d to %d arguments, not %d", what, min, max, count);
}

double argument_real(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        script_throw(L, ERROR_WRONG_TYPE, "%s: argument %d has to be a number, not %s", what, index,
                     luaL_typename(L, index));
    return lua_tonumber(L, index);
}

int64_t argument_integer(lua_State *L, int index, const char *what)
{
    int whole;
    const lua_Integer integer = lua_tointegerx(L, index, &whole);

    if (!whole || lua_type(L, index) != LUA_TNUMBER)
        script_throw(L, ERROR_WRONG_TYPE, "%s: whole numbers are needed for axes, lengths and places", what);
    return integer;
}

int argument_axis(lua_State *L, int index, const char *what)
{
    const int64_t axis = argument_integer(L, index, what);

    if (axis < -TENSOR_RANK_MAX || axis >= TENSOR_RANK_MAX)
        script_throw(L, ERROR_OUT_OF_RANGE, "%s: there is no axis %lld", what, (long long)axis);
    return (int)axis;
}

int argument_spread(lua_State *L, int index, const char *what, int *out_count)
{
    lua_Integer count;

    if (lua_type(L, index) != LUA_TTABLE) {
        *out_count = lua_gettop(L) - index + 1;
        return index;
    }
    count = (lua_Integer)lua_rawlen(L, index);
    if (count > SCRIPT_VALUES_MAX)
        script_throw(L, ERROR_LIMIT, "%s: a list of more than %d elements", what, SCRIPT_VALUES_MAX);
    luaL_checkstack(L, (int)count, NULL);
    *out_count = (int)count;
    for (lua_Integer i = 1; i <= count; i++)
        lua_rawgeti(L, index, i);
    return lua_gettop(L) - (int)count + 1;
}
