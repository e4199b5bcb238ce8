/* engine/script/library_math.c -- Lua's math library, with a generator that belongs to the job. */
#include "engine/script/library.h"

#include <math.h>

#include "engine/script/state.h"

/* Functions of one real. */
#define UNARY(name)                                                                                          \
    static int math_##name(lua_State *L)                                                                     \
    {                                                                                                        \
        lua_pushnumber(L, name(library_number(L, 1)));                                                       \
        return 1;                                                                                            \
    }
UNARY(sqrt)
UNARY(exp)
UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(tanh)
#undef UNARY

static int math_abs(lua_State *L)
{
    const lua_Number number = library_number(L, 1);

    if (lua_isinteger(L, 1)) {
        const lua_Integer integer = lua_tointeger(L, 1);

        lua_pushinteger(L, integer < 0 ? (lua_Integer)(0u - (lua_Unsigned)integer) : integer);
    } else {
        lua_pushnumber(L, fabs(number));
    }
    return 1;
}

/* A real without fraction as an integer when it fits one. */
static int push_whole(lua_State *L, lua_Number whole)
{
    lua_Integer integer;

    if (lua_numbertointeger(whole, &integer))
        lua_pushinteger(L, integer);
    else
        lua_pushnumber(L, whole);
    return 1;
}

static int math_floor(lua_State *L)
{
    const lua_Number number = library_number(L, 1);

    if (!lua_isinteger(L, 1))
        return push_whole(L, floor(number));
    lua_settop(L, 1);
    return 1;
}

static int math_ceil(lua_State *L)
{
    const lua_Number number = library_number(L, 1);

    if (!lua_isinteger(L, 1))
        return push_whole(L, ceil(number));
    lua_settop(L, 1);
    return 1;
}

static int math_atan(lua_State *L)
{
    const lua_Number y = library_number(L, 1);

    lua_pushnumber(L, atan2(y, lua_isnoneornil(L, 2) ? 1.0 : library_number(L, 2)));
    return 1;
}

static int math_log(lua_State *L)
{
    const lua_Number x = library_number(L, 1);
    lua_Number base;

    if (lua_isnoneornil(L, 2)) {
        lua_pushnumber(L, log(x));
        return 1;
    }
    base = library_number(L, 2);
    lua_pushnumber(L, base == 2.0 ? log2(x) : base == 10.0 ? log10(x) : log(x) / log(base));
    return 1;
}

static int math_fmod(lua_State *L)
{
    const lua_Number a = library_number(L, 1), b = library_number(L, 2);

    if (lua_isinteger(L, 1) && lua_isinteger(L, 2)) {
        const lua_Integer divisor = lua_tointeger(L, 2);

        if (divisor == 0)
            return script_throw(L, ERROR_SCRIPT, "fmod by zero");
        lua_pushinteger(L, divisor == -1 ? 0 : lua_tointeger(L, 1) % divisor);
        return 1;
    }
    lua_pushnumber(L, fmod(a, b));
    return 1;
}

static int math_modf(lua_State *L)
{
    const lua_Number number = library_number(L, 1);
    const lua_Number whole = number < 0 ? ceil(number) : floor(number);

    lua_pushnumber(L, whole);
    lua_pushnumber(L, isinf(number) ? 0.0 : number - whole);
    return 2;
}

/* The greatest argument, or the smallest one; among equals the first. */
static int extreme(lua_State *L, bool greatest)
{
    const int count = lua_gettop(L);
    int best = 1;

    library_number(L, 1);
    for (int i = 2; i <= count; i++) {
        library_number(L, i);
        if (greatest ? lua_compare(L, best, i, LUA_OPLT) : lua_compare(L, i, best, LUA_OPLT))
            best = i;
    }
    script_charge(L, count);
    lua_pushvalue(L, best);
    return 1;
}

static int math_max(lua_State *L)
{
    return extreme(L, true);
}

static int math_min(lua_State *L)
{
    return extreme(L, false);
}

static int math_tointeger(lua_State *L)
{
    int whole = 0;
    const lua_Integer integer = lua_type(L, 1) == LUA_TNUMBER ? lua_tointegerx(L, 1, &whole) : 0;

    if (whole)
        lua_pushinteger(L, integer);
    else
        luaL_pushfail(L);
    return 1;
}

static int math_type(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TNUMBER)
        lua_pushstring(L, lua_isinteger(L, 1) ? "integer" : "float");
    else
        luaL_pushfail(L);
    return 1;
}

static int math_ult(lua_State *L)
{
    lua_pushboolean(L, (lua_Unsigned)library_integer(L, 1) < (lua_Unsigned)library_integer(L, 2));
    return 1;
}

/* random(): a real in [0, 1); random(m): an integer in [1, m]; random(m, n): in [m, n]. */
static int math_random(lua_State *L)
{
    struct random_state *random = &script_of(L)->random;
    lua_Integer low = 1, high;

    if (lua_gettop(L) == 0) {
        lua_pushnumber(L, random_double(random));
        return 1;
    }
    high = library_integer(L, 1);
    if (!lua_isnoneornil(L, 2)) {
        low = high;
        high = library_integer(L, 2);
    }
    if (low > high)
        return script_throw(L, ERROR_SCRIPT, "random cannot draw from %lld to %lld", (long long)low,
                            (long long)high);
    lua_pushinteger(L, (lua_Integer)((lua_Unsigned)low +
                                     random_interval64(random, (lua_Unsigned)high - (lua_Unsigned)low)));
    return 1;
}

void library_math_constants(lua_State *L)
{
    lua_pushnumber(L, 3.141592653589793238462643383279502884);
    lua_setfield(L, -2, "pi");
    lua_pushnumber(L, HUGE_VAL);
    lua_setfield(L, -2, "huge");
    lua_pushinteger(L, LUA_MAXINTEGER);
    lua_setfield(L, -2, "maxinteger");
    lua_pushinteger(L, LUA_MININTEGER);
    lua_setfield(L, -2, "mininteger");
}

const luaL_Reg library_math[] = {
    { "abs", math_abs },
    { "acos", math_acos },
    { "asin", math_asin },
    { "atan", math_atan },
    { "ceil", math_ceil },
    { "cos", math_cos },
    { "exp", math_exp },
    { "floor", math_floor },
    { "fmod", math_fmod },
    { "log", math_log },
    { "max", math_max },
    { "min", math_min },
    { "modf", math_modf },
    { "random", math_random },
    { "sin", math_sin },
    { "sqrt", math_sqrt },
    { "tan", math_tan },
    { "tanh", math_tanh },
    { "tointeger", math_tointeger },
    { "type", math_type },
    { "ult", math_ult },
    { NULL, NULL },
};
