/* engine/script/transfer.c -- see transfer.h. */
#include "engine/script/transfer.h"

#include "engine/base/utf8.h"
#include "engine/script/library.h"

static void push_list(lua_State *L, const struct value *list)
{
    const bool is_table = list->kind == VALUE_TABLE;
    const int expected = list->list.count < TRANSFER_ITEMS_MAX ? (int)list->list.count : TRANSFER_ITEMS_MAX;

    luaL_checkstack(L, 4, NULL);
    script_charge(L, (int64_t)list->list.count);
    lua_createtable(L, is_table ? 0 : expected, is_table ? expected : 0);
    for (size_t i = 0; i < list->list.count; i++) {
        transfer_push(L, &list->list.items[i]);
        if (is_table)
            lua_setfield(L, -2, list->list.keys[i]);
        else
            lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void transfer_push(lua_State *L, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE:
        lua_pushnil(L);
        break;
    case VALUE_BOOLEAN:
        lua_pushboolean(L, value->boolean);
        break;
    case VALUE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case VALUE_REAL:
        lua_pushnumber(L, value->real);
        break;
    case VALUE_TEXT:
        lua_pushstring(L, value->text);
        break;
    case VALUE_LIST:
    case VALUE_TABLE:
        push_list(L, value);
        break;
    }
}

/* What is stored and sent as JSON has to be UTF-8. */
static const char *checked_text(lua_State *L, int index)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);

    for (size_t at = 0; at < length;) {
        uint32_t character;
        const size_t bytes = utf8_decode(text + at, length - at, &character);

        if (bytes == 0)
            script_throw(L, ERROR_SCRIPT, "a text that is not UTF-8 cannot be stored");
        at += bytes;
    }
    return text;
}

bool transfer_read_scalar(lua_State *L, int index, struct value *out)
{
    switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE:
        *out = value_none();
        return true;
    case LUA_TBOOLEAN:
        *out = value_boolean(lua_toboolean(L, index));
        return true;
    case LUA_TNUMBER:
        *out = lua_isinteger(L, index) ? value_integer(lua_tointeger(L, index))
                                       : value_real(lua_tonumber(L, index));
        return true;
    case LUA_TSTRING:
        *out = value_text(checked_text(L, index));
        return true;
    default:
        return false;
    }
}

bool transfer_is_list(lua_State *L, int keys)
{
    const lua_Integer count = (lua_Integer)lua_rawlen(L, keys);
    bool is_list = count > 0;

    for (lua_Integer i = 1; is_list && i <= count; i++) {
        lua_rawgeti(L, keys, i);
        is_list = lua_isinteger(L, -1) && lua_tointeger(L, -1) == i;
        lua_pop(L, 1);
    }
    return is_list;
}

struct reading {
    int items;
    size_t text_bytes;
};

static void read_at_depth(lua_State *L, int index, struct value *out, int depth, struct reading *reading);

/* Texts are shared in Lua and copied here: a few of them can become very many bytes. */
static void count_text(lua_State *L, int index, struct reading *reading)
{
    size_t length;

    if (lua_type(L, index) != LUA_TSTRING)
        return;
    lua_tolstring(L, index, &length);
    script_charge(L, (int64_t)(length / 4)); /* it is going to be written to a disk, too */
    reading->text_bytes += length;
    if (reading->text_bytes > TRANSFER_TEXT_BYTES_MAX)
        script_throw(L, ERROR_SCRIPT_BUDGET, "a value with more than %d KiB of texts",
                     TRANSFER_TEXT_BYTES_MAX >> 10);
}

static void read_table(lua_State *L, int table, struct value *out, int depth, struct reading *reading)
{
    int keys;
    lua_Integer count;
    bool is_list;

    if (depth >= TRANSFER_DEPTH_MAX)
        script_throw(L, ERROR_SCRIPT, "a table nested more than %d deep", TRANSFER_DEPTH_MAX);
    luaL_checkstack(L, 8, NULL);
    library_push_sorted_keys(L, table);
    keys = lua_gettop(L);
    count = (lua_Integer)lua_rawlen(L, keys);
    is_list = transfer_is_list(L, keys);
    *out = is_list ? value_list() : value_table();
    for (lua_Integer i = 1; i <= count; i++) {
        if (++reading->items > TRANSFER_ITEMS_MAX)
            script_throw(L, ERROR_SCRIPT, "a table of more than %d elements", TRANSFER_ITEMS_MAX);
        lua_rawgeti(L, keys, i);
        count_text(L, -1, reading);
        if (is_list)
            value_append(out, value_none());
        else if (lua_type(L, -1) == LUA_TSTRING)
            value_add(out, checked_text(L, -1), value_none());
        else
            script_throw(L, ERROR_SCRIPT, "a table has to be a list (1 to n) or to have texts as keys");
        lua_rawget(L, table);
        read_at_depth(L, lua_gettop(L), &out->list.items[out->list.count - 1], depth + 1, reading);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_at_depth(lua_State *L, int index, struct value *out, int depth, struct reading *reading)
{
    count_text(L, index, reading);
    if (transfer_read_scalar(L, index, out))
        return;
    if (lua_type(L, index) != LUA_TTABLE)
        script_throw(L, ERROR_SCRIPT, "a %s is not a value that can be stored", luaL_typename(L, index));
    read_table(L, index, out, depth, reading);
}

void transfer_read(lua_State *L, int index, struct value *out)
{
    struct reading reading = { 0 };

    read_at_depth(L, lua_absindex(L, index), out, 0, &reading);
}
