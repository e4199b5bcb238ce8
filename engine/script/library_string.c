/* engine/script/library_string.c -- string functions whose work is bounded by SCRIPT_TEXT_BYTES_MAX.
 *
 * There are no patterns.  Upper and lower case are ASCII's. */
#include "engine/script/library.h"

#include <string.h>

#include "engine/script/state.h"

/* A position that may count from the end, as one from 1; 0 when it lies before the start. */
static size_t position_from(lua_Integer position, size_t length)
{
    if (position > 0)
        return (size_t)position;
    if (position == 0)
        return 1;
    return (lua_Unsigned)0 - (lua_Unsigned)position > length ? 1 : length + 1 - (size_t)-position;
}

/* Where a range ends: at most at the end of the text, 0 when that is before its start. */
static size_t position_to(lua_Integer position, size_t length)
{
    if (position > (lua_Integer)length)
        return length;
    if (position >= 0)
        return (size_t)position;
    return (lua_Unsigned)0 - (lua_Unsigned)position > length ? 0 : length + 1 - (size_t)-position;
}

static int text_too_long(lua_State *L)
{
    return script_throw(L, ERROR_SCRIPT_BUDGET, "a text of more than %d bytes", SCRIPT_TEXT_BYTES_MAX);
}

static int string_len(lua_State *L)
{
    size_t length;

    library_text(L, 1, &length);
    lua_pushinteger(L, (lua_Integer)length);
    return 1;
}

static int string_sub(lua_State *L)
{
    size_t length;
    const char *text = library_text(L, 1, &length);
    const size_t from = position_from(library_integer(L, 2), length);
    const size_t to = position_to(library_integer_or(L, 3, -1), length);

    if (from > to)
        lua_pushliteral(L, "");
    else
        lua_pushlstring(L, text + from - 1, to - from + 1);
    return 1;
}

static int string_byte(lua_State *L)
{
    size_t length;
    const char *text = library_text(L, 1, &length);
    const lua_Integer first = library_integer_or(L, 2, 1);
    const size_t from = position_from(first, length);
    const size_t to = position_to(library_integer_or(L, 3, (lua_Integer)from), length);

    if (from > to)
        return 0;
    if (to - from >= SCRIPT_VALUES_MAX)
        return script_throw(L, ERROR_SCRIPT_BUDGET, "byte gives at most %d values", SCRIPT_VALUES_MAX);
    luaL_checkstack(L, (int)(to - from + 1), NULL);
    for (size_t i = from; i <= to; i++)
        lua_pushinteger(L, (unsigned char)text[i - 1]);
    return (int)(to - from + 1);
}

static int string_char(lua_State *L)
{
    char text[SCRIPT_VALUES_MAX];
    const int count = lua_gettop(L);

    if (count > SCRIPT_VALUES_MAX)
        return script_throw(L, ERROR_SCRIPT_BUDGET, "char takes at most %d values", SCRIPT_VALUES_MAX);
    for (int i = 0; i < count; i++) {
        const lua_Integer code = library_integer(L, i + 1);

        if (code < 1 || code > 255)
            return script_throw(L, ERROR_SCRIPT, "%lld is not between 1 and 255", (long long)code);
        text[i] = (char)(unsigned char)code;
    }
    lua_pushlstring(L, text, (size_t)count);
    return 1;
}

/* Copies the text through `convert`, from its end to its start when `backwards`. */
static int convert_text(lua_State *L, char (*convert)(char c), bool backwards)
{
    char converted[SCRIPT_TEXT_BYTES_MAX];
    size_t length;
    const char *text = library_text(L, 1, &length);

    if (length > sizeof converted)
        return text_too_long(L);
    for (size_t i = 0; i < length; i++)
        converted[i] = convert(text[backwards ? length - 1 - i : i]);
    script_charge(L, (int64_t)(length / 8));
    lua_pushlstring(L, converted, length);
    return 1;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char same(char c)
{
    return c;
}

static int string_lower(lua_State *L)
{
    return convert_text(L, lower, false);
}

static int string_upper(lua_State *L)
{
    return convert_text(L, upper, false);
}

static int string_reverse(lua_State *L)
{
    return convert_text(L, same, true);
}

static int string_rep(lua_State *L)
{
    char repeated[SCRIPT_TEXT_BYTES_MAX];
    size_t length, separator_length = 0, used = 0;
    const char *text = library_text(L, 1, &length), *separator = "";
    const lua_Integer count = library_integer(L, 2);

    if (!lua_isnoneornil(L, 3))
        separator = library_text(L, 3, &separator_length);
    if (count <= 0 || length + separator_length == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (length > sizeof repeated || separator_length > sizeof repeated ||
        count > (lua_Integer)sizeof repeated + 1 ||
        length * (size_t)count + separator_length * (size_t)(count - 1) > sizeof repeated)
        return text_too_long(L);
    for (lua_Integer i = 0; i < count; i++) {
        if (i) {
            memcpy(repeated + used, separator, separator_length);
            used += separator_length;
        }
        memcpy(repeated + used, text, length);
        used += length;
    }
    script_charge(L, count);
    lua_pushlstring(L, repeated, used);
    return 1;
}

/* find(text, what, from, plain): a plain search.  What looks like a pattern has to be declared plain. */
static int string_find(lua_State *L)
{
    size_t length, wanted_length;
    const char *text = library_text(L, 1, &length), *wanted = library_text(L, 2, &wanted_length);
    const size_t from = position_from(library_integer_or(L, 3, 1), length);
    const char *found;

    if (!lua_toboolean(L, 4) && strpbrk(wanted, "^$*+?.([%-"))
        return script_throw(L, ERROR_SCRIPT,
                            "there are no patterns: give true as fourth argument to find "
                            "\"%s\" as it is",
                            wanted);
    script_charge(L, (int64_t)((length + wanted_length) / 4));
    found = from > length + 1 ? NULL : memmem(text + from - 1, length - from + 1, wanted, wanted_length);
    if (!found) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)wanted_length);
    return 2;
}

const luaL_Reg library_string[] = {
    { "byte", string_byte }, { "char", string_char },
    { "find", string_find }, { "format", library_format },
    { "len", string_len },   { "lower", string_lower },
    { "rep", string_rep },   { "reverse", string_reverse },
    { "sub", string_sub },   { "upper", string_upper },
    { NULL, NULL },
};
