/* engine/script/saved_write.c -- see saved.h. */
#include <math.h>
#include <stdio.h>

#include "engine/script/library.h"
#include "engine/script/saved.h"
#include "engine/script/transfer.h"

#define EXACT_INTEGER_MAX (INT64_C(1) << 53) /* what a double, and so JSON, holds exactly */

struct writing {
    int seen; /* place of the Lua table from tables to their numbers */
    int tables, items;
    size_t text_bytes;
};

static void write_value(lua_State *L, struct writing *writing, const char *name, struct value *out,
                        int depth);

/* Makes the empty *out {name: item} and gives the place of the item. */
static struct value *tag(struct value *out, const char *name, struct value item)
{
    *out = value_table();
    value_set(out, name, item);
    return &out->list.items[0];
}

static void write_number(lua_State *L, struct value *out)
{
    const lua_Number real = lua_tonumber(L, -1);
    const lua_Integer integer = lua_tointeger(L, -1);
    char text[REAL_TEXT_BYTES];

    if (!lua_isinteger(L, -1) && isfinite(real) && trunc(real) != real) {
        *out = value_real(real);
    } else if (!lua_isinteger(L, -1)) {
        real_to_text(real, text);
        tag(out, "real", value_text(text));
    } else if (integer >= -EXACT_INTEGER_MAX && integer <= EXACT_INTEGER_MAX) {
        *out = value_integer(integer);
    } else {
        snprintf(text, sizeof text, "%lld", (long long)integer);
        tag(out, "integer", value_text(text));
    }
}

enum form { FORM_LIST, FORM_MEMBERS, FORM_PAIRS };
static const char *const form_names[] = { "list", "members", "pairs" };

static enum form form_of(lua_State *L, int keys)
{
    const lua_Integer count = (lua_Integer)lua_rawlen(L, keys);
    enum form form = FORM_MEMBERS;

    if (transfer_is_list(L, keys))
        return FORM_LIST;
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(L, keys, i) != LUA_TSTRING)
            form = FORM_PAIRS;
        lua_pop(L, 1);
    }
    return form;
}

/* Where the value of the key on top goes; in FORM_PAIRS behind its key. */
static struct value *add_place(lua_State *L, enum form form, struct value *items)
{
    struct value *pair;
    struct value key = value_none();

    switch (form) {
    case FORM_LIST:
        value_append(items, value_none());
        break;
    case FORM_MEMBERS:
        transfer_read_scalar(L, -1, &key);
        value_add(items, key.text, value_none());
        value_fini(&key);
        break;
    case FORM_PAIRS:
        value_append(items, value_list());
        pair = &items->list.items[items->list.count - 1];
        value_append(pair, value_none());
        if (lua_type(L, -1) == LUA_TNUMBER)
            write_number(L, &pair->list.items[0]);
        else
            transfer_read_scalar(L, -1, &pair->list.items[0]);
        value_append(pair, value_none());
        return &pair->list.items[1];
    }
    return &items->list.items[items->list.count - 1];
}

/* A text is written as often as it is met, however often Lua shares it. */
static void count_text(lua_State *L, struct writing *writing, const char *name)
{
    size_t length;

    if (lua_type(L, -1) != LUA_TSTRING)
        return;
    lua_tolstring(L, -1, &length);
    script_charge(L, (int64_t)(length / 16));
    writing->text_bytes += length;
    if (writing->text_bytes > SAVED_TEXT_BYTES_MAX)
        script_throw(L, ERROR_SCRIPT_BUDGET, "%s holds more than %d MiB of texts", name,
                     SAVED_TEXT_BYTES_MAX >> 20);
}

/* The table on top, for the first time. */
static void write_members(lua_State *L, struct writing *writing, const char *name, struct value *out,
                          int depth)
{
    const int table = lua_gettop(L);
    char member_name[100];
    struct value *items;
    enum form form;
    lua_Integer count;

    library_push_sorted_keys(L, table);
    count = (lua_Integer)lua_rawlen(L, table + 1);
    form = form_of(L, table + 1);
    items = tag(out, form_names[form], form == FORM_MEMBERS ? value_table() : value_list());
    for (lua_Integer i = 1; i <= count; i++) {
        struct value *place;

        if (++writing->items > SAVED_ITEMS_MAX)
            script_throw(L, ERROR_SCRIPT, "%s holds more than %d values", name, SAVED_ITEMS_MAX);
        lua_rawgeti(L, table + 1, i);
        snprintf(member_name, sizeof member_name, "%.40s[%.40s]", name, luaL_tolstring(L, -1, NULL));
        lua_pop(L, 1);
        count_text(L, writing, name);
        place = add_place(L, form, items);
        lua_rawget(L, table);
        write_value(L, writing, member_name, place, depth + 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void write_value(lua_State *L, struct writing *writing, const char *name, struct value *out, int depth)
{
    luaL_checkstack(L, 10, NULL);
    if (lua_type(L, -1) == LUA_TNUMBER) {
        write_number(L, out);
        return;
    }
    count_text(L, writing, name);
    if (transfer_read_scalar(L, -1, out))
        return;
    if (lua_type(L, -1) != LUA_TTABLE)
        script_throw(L, ERROR_SCRIPT, "%s is a %s and cannot be saved", name, luaL_typename(L, -1));
    lua_pushvalue(L, -1);
    if (lua_rawget(L, writing->seen) == LUA_TNUMBER) {
        tag(out, "same", value_integer(lua_tointeger(L, -1)));
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    if (depth >= SAVED_DEPTH_MAX)
        script_throw(L, ERROR_SCRIPT, "%s is a table more than %d deep and cannot be saved", name,
                     SAVED_DEPTH_MAX);
    lua_pushvalue(L, -1);
    lua_pushinteger(L, writing->tables++);
    lua_rawset(L, writing->seen);
    write_members(L, writing, name, out, depth);
}

void saved_write(lua_State *L, const char *name, struct value *out)
{
    struct writing writing = { .tables = 0 };

    lua_newtable(L);
    lua_insert(L, -2);
    writing.seen = lua_absindex(L, -2);
    write_value(L, &writing, name, out, 0);
}
