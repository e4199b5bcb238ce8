/* engine/script/library_order.c -- pairs and next in the order of the keys.
 *
 * Lua's own order follows addresses and a seed that differs from process to process.  Here numbers come
 * first, then texts by their bytes, then false and true.  Tables and functions have no such order: they are
 * refused as keys of what is traversed. */
#include <stdlib.h>
#include <string.h>

#include "engine/script/library.h"
#include "engine/script/state.h"

enum { CHARGE_PER_KEY = 8 };

enum key_rank { RANK_NUMBER, RANK_TEXT, RANK_BOOLEAN };

struct key {
    enum key_rank rank;
    bool is_integer;     /* of numbers */
    lua_Integer integer; /* of whole numbers and booleans */
    lua_Number real;
    const char *text;
    size_t length;
    int place; /* in the list it was read from */
};

/* The key at `index`.  Its text is valid as long as that key is. */
static struct key read_key(lua_State *L, int index)
{
    struct key key = { .place = 0 };

    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        key.rank = RANK_NUMBER;
        key.is_integer = lua_isinteger(L, index);
        key.integer = lua_tointeger(L, index);
        key.real = lua_tonumber(L, index);
        return key;
    case LUA_TSTRING:
        key.rank = RANK_TEXT;
        key.text = lua_tolstring(L, index, &key.length);
        return key;
    case LUA_TBOOLEAN:
        key.rank = RANK_BOOLEAN;
        key.integer = lua_toboolean(L, index);
        return key;
    default:
        script_throw(L, ERROR_SCRIPT, "a table with a %s as key cannot be traversed",
                     luaL_typename(L, index));
        return key;
    }
}

/* A real key is never a whole number that fits an integer: Lua has made that one an integer. */
static int compare_mixed(lua_Integer integer, lua_Number real)
{
    if (real >= 0x1p63)
        return -1;
    if (real < -0x1p63)
        return 1;
    return integer <= (lua_Integer)real - (real < (lua_Number)(lua_Integer)real) ? -1 : 1;
}

static int compare_numbers(const struct key *a, const struct key *b)
{
    if (a->is_integer && b->is_integer)
        return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->is_integer)
        return compare_mixed(a->integer, b->real);
    if (b->is_integer)
        return -compare_mixed(b->integer, a->real);
    return (a->real > b->real) - (a->real < b->real);
}

static int compare_texts(const struct key *a, const struct key *b)
{
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int order = memcmp(a->text, b->text, shorter);

    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    switch (a->rank) {
    case RANK_NUMBER:
        return compare_numbers(a, b);
    case RANK_TEXT:
        return compare_texts(a, b);
    default:
        return (a->integer > b->integer) - (a->integer < b->integer);
    }
}

void library_push_sorted_keys(lua_State *L, int index)
{
    struct key *keys;
    int count = 0;

    luaL_checkstack(L, 6, NULL);
    lua_newtable(L); /* the keys as they come, which keeps their texts alive */
    for (lua_pushnil(L); lua_next(L, index); count++) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, count + 1);
    }
    script_charge(L, (int64_t)count * CHARGE_PER_KEY);
    keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -2, i + 1);
        keys[i] = read_key(L, -1);
        keys[i].place = i + 1;
        lua_pop(L, 1);
    }
    qsort(keys, (size_t)count, sizeof *keys, compare_keys);
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -3, keys[i].place);
        lua_rawseti(L, -2, i + 1);
    }
    lua_replace(L, -3); /* the sorted list takes the place of the unsorted one */
    lua_pop(L, 1);
}

/* Upvalues: the sorted keys, the place reached.  Members removed meanwhile are passed over. */
static int pairs_step(lua_State *L)
{
    lua_Integer place = lua_tointeger(L, lua_upvalueindex(2));

    for (;;) {
        place++;
        lua_settop(L, 1);
        if (lua_rawgeti(L, lua_upvalueindex(1), place) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 2);
        if (lua_rawget(L, 1) != LUA_TNIL)
            break;
        script_charge(L, 1);
    }
    lua_pushinteger(L, place);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

int library_pairs(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TUSERDATA && luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    library_table_argument(L, 1);
    lua_settop(L, 1);
    library_push_sorted_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* The smallest key that is greater than the given one; with no key given, the smallest of all. */
int library_next(lua_State *L)
{
    const bool from_start = lua_isnoneornil(L, 2);
    struct key after = { .place = 0 }, best = { .place = 0 };
    int count = 0;
    bool found = false;

    library_table_argument(L, 1);
    if (!from_start)
        after = read_key(L, 2);
    lua_settop(L, 2);
    lua_pushnil(L); /* 3: the best key so far */
    for (lua_pushnil(L); lua_next(L, 1); count++) {
        const struct key key = read_key(L, 4);

        lua_pop(L, 1);
        if ((from_start || compare_keys(&key, &after) > 0) && (!found || compare_keys(&key, &best) < 0)) {
            best = key;
            found = true;
            lua_pushvalue(L, 4);
            lua_replace(L, 3);
        }
    }
    script_charge(L, count);
    lua_settop(L, 3);
    if (!found)
        return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}
