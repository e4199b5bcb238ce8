/* engine/script/saved_read.c -- see saved.h. */
#include <math.h>
#include <string.h>

#include "engine/script/saved.h"
#include "engine/script/transfer.h"

struct reading {
    int tables; /* place of the Lua list of the tables made so far */
    lua_Integer table_count;
};

static void push_saved(lua_State *L, struct reading *reading, const struct value *saved, int depth);

static int corrupt(lua_State *L, const char *what)
{
    return script_throw(L, ERROR_CORRUPT, "%s", what);
}

static void push_tagged_real(lua_State *L, const char *text)
{
    static const struct {
        const char *text;
        double real;
    } special[] = { { "nan", NAN }, { "inf", INFINITY }, { "-inf", -INFINITY } };
    double real;

    for (size_t i = 0; i < COUNT(special); i++) {
        if (!strcmp(text, special[i].text)) {
            lua_pushnumber(L, special[i].real);
            return;
        }
    }
    if (!text_to_double(text, &real))
        corrupt(L, "a real that is no number");
    lua_pushnumber(L, real);
}

/* JSON does not keep whole reals apart from integers; the ones that were reals are tagged. */
static void push_real(lua_State *L, double real)
{
    lua_Integer integer;

    if (trunc(real) == real && lua_numbertointeger(real, &integer))
        lua_pushinteger(L, integer);
    else
        lua_pushnumber(L, real);
}

static void remember_table(lua_State *L, struct reading *reading)
{
    lua_pushvalue(L, -1);
    lua_rawseti(L, reading->tables, ++reading->table_count);
}

/* One key and its value into the table on top. */
static void set_pair(lua_State *L, struct reading *reading, const struct value *pair, int depth)
{
    if (pair->kind != VALUE_LIST || pair->list.count != 2)
        corrupt(L, "a pair that is not two values");
    push_saved(L, reading, &pair->list.items[0], depth);
    if (lua_isnil(L, -1) || lua_istable(L, -1) || (lua_isnumber(L, -1) && isnan(lua_tonumber(L, -1))))
        corrupt(L, "a key that cannot be one");
    push_saved(L, reading, &pair->list.items[1], depth);
    lua_rawset(L, -3);
}

/* Fills the table on top. */
static void fill(lua_State *L, struct reading *reading, const char *form, const struct value *items,
                 int depth)
{
    const bool members = !strcmp(form, "members"), list = !strcmp(form, "list");

    if (items->kind != (members ? VALUE_TABLE : VALUE_LIST) &&
        !(members && items->kind == VALUE_LIST && items->list.count == 0))
        corrupt(L, "a table whose members are missing");
    for (size_t i = 0; i < items->list.count; i++) {
        const struct value *item = &items->list.items[i];

        if (!members && !list) {
            set_pair(L, reading, item, depth);
            continue;
        }
        push_saved(L, reading, item, depth);
        if (members)
            lua_setfield(L, -2, items->list.keys[i]);
        else
            lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static bool is_form(const char *name)
{
    return !strcmp(name, "list") || !strcmp(name, "members") || !strcmp(name, "pairs");
}

static void push_tagged(lua_State *L, struct reading *reading, const struct value *saved, int depth)
{
    const char *name = saved->list.count == 1 ? saved->list.keys[0] : "";
    const struct value *item = saved->list.items;
    int64_t integer;

    if (is_form(name)) {
        if (depth >= SAVED_DEPTH_MAX)
            corrupt(L, "tables nested too deep");
        lua_newtable(L);
        remember_table(L, reading);
        fill(L, reading, name, item, depth + 1);
    } else if (!strcmp(name, "same") && item->kind == VALUE_INTEGER && item->integer >= 0 &&
               item->integer < reading->table_count) {
        lua_rawgeti(L, reading->tables, item->integer + 1);
    } else if (!strcmp(name, "real") && item->kind == VALUE_TEXT) {
        push_tagged_real(L, item->text);
    } else if (!strcmp(name, "integer") && item->kind == VALUE_TEXT && text_to_int64(item->text, &integer)) {
        lua_pushinteger(L, integer);
    } else {
        corrupt(L, "an element of unknown form");
    }
}

static void push_saved(lua_State *L, struct reading *reading, const struct value *saved, int depth)
{
    luaL_checkstack(L, 8, NULL);
    script_charge(L, 1);
    if (saved->kind == VALUE_TABLE)
        push_tagged(L, reading, saved, depth);
    else if (saved->kind == VALUE_LIST)
        corrupt(L, "a list that does not say what it is");
    else if (saved->kind == VALUE_REAL)
        push_real(L, saved->real);
    else
        transfer_push(L, saved);
}

static void clear_table(lua_State *L)
{
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
}

void saved_read(lua_State *L, const struct value *saved)
{
    struct reading reading = { .table_count = 0 };

    if (saved->kind != VALUE_TABLE || saved->list.count != 1 || !is_form(saved->list.keys[0]))
        corrupt(L, "not a table");
    lua_newtable(L);
    lua_insert(L, -2);
    reading.tables = lua_absindex(L, -2);
    clear_table(L);
    remember_table(L, &reading);
    fill(L, &reading, saved->list.keys[0], &saved->list.items[0], 1);
}
