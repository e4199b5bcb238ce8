/* engine/script/table.c -- see table.h. */
#include "engine/script/table.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/script/saved.h"
#include "engine/script/view.h"

struct script_table {
    struct script *script;
    char *name;
    int reference; /* of the table, whose metatable holds what was provided */
};

void view_push_table(lua_State *L, const struct script_table *table)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, table->reference);
}

struct script *view_table_script(const struct script_table *table)
{
    return table->script;
}

/* ---- Making ---- */

static void make(lua_State *L, void *context)
{
    struct script_table *table = context;

    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_newtable(L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    table->reference = luaL_ref(L, LUA_REGISTRYINDEX);
}

struct script_table *script_table_new(struct script *script, const char *name, struct error *err)
{
    struct script_table *table = memory_new(1, sizeof *table);

    table->script = script;
    table->name = memory_text(name);
    if (!script_protect(script, make, table, NULL, err)) {
        free(table->name);
        free(table);
        return NULL;
    }
    return table;
}

void script_table_free(struct script_table *table)
{
    if (!table)
        return;
    luaL_unref(table->script->lua, LUA_REGISTRYINDEX, table->reference);
    free(table->name);
    free(table);
}

struct provision {
    const struct script_table *table;
    const char *key;
    const struct script_argument *argument;
};

static void provide(lua_State *L, void *context)
{
    const struct provision *provision = context;

    view_push_table(L, provision->table);
    lua_getmetatable(L, -1);
    lua_getfield(L, -1, "__index");
    view_push_argument(L, provision->argument);
    lua_setfield(L, -2, provision->key);
}

bool script_table_provide(struct script_table *table, const char *key, const struct script_argument *argument,
                          struct error *err)
{
    struct provision provision = { .table = table, .key = key, .argument = argument };

    return script_protect(table->script, provide, &provision, NULL, err);
}

/* ---- Saving and loading ---- */

struct transport {
    const struct script_table *table;
    struct value *out;
    const struct value *saved;
};

static void save(lua_State *L, void *context)
{
    const struct transport *transport = context;

    view_push_table(L, transport->table);
    saved_write(L, transport->table->name, transport->out);
}

static void load(lua_State *L, void *context)
{
    const struct transport *transport = context;

    view_push_table(L, transport->table);
    saved_read(L, transport->saved);
}

bool script_table_save(const struct script_table *table, struct value *out, struct error *err)
{
    struct value saved = value_none();
    struct transport transport = { .table = table, .out = &saved };

    if (!script_protect(table->script, save, &transport, NULL, err)) {
        value_fini(&saved);
        return false;
    }
    *out = saved;
    return true;
}

bool script_table_load(struct script_table *table, const struct value *saved, struct error *err)
{
    struct transport transport = { .table = table, .saved = saved };

    return script_protect(table->script, load, &transport, NULL, err) ||
           error_prefix(err, "the saved state of %s", table->name);
}
