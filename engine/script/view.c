/* engine/script/view.c -- see view.h. */
#include "engine/script/view.h"

#include "engine/script/transfer.h"

static void push_behaviour(lua_State *L, const luaL_Reg *methods)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, methods) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, methods);
}

void view_push_argument(lua_State *L, const struct script_argument *argument)
{
    switch (argument->kind) {
    case SCRIPT_VALUE:
        transfer_push(L, argument->value);
        break;
    case SCRIPT_LOG:
        view_push_log(L, argument->log);
        break;
    case SCRIPT_MAIN_LOOP:
        view_push_main_loop(L, argument->main_loop);
        break;
    case SCRIPT_TABLE:
        view_push_table(L, argument->table);
        break;
    }
}

void *view_new(lua_State *L, size_t bytes, const luaL_Reg *methods)
{
    void *object;

    luaL_checkstack(L, 4, NULL);
    object = lua_newuserdatauv(L, bytes, 0);
    push_behaviour(L, methods);
    lua_setmetatable(L, -2);
    return object;
}

void *view_find(lua_State *L, int index, const luaL_Reg *methods)
{
    bool same;

    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, methods);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? lua_touserdata(L, index) : NULL;
}

void *view_at(lua_State *L, int index, const luaL_Reg *methods)
{
    void *object = view_find(L, index, methods);

    if (!object)
        script_throw(L, ERROR_SCRIPT, "argument %d is not the object that is needed here", index);
    return object;
}

void view_push_owned(lua_State *L, struct value *value)
{
    struct script *script = script_of(L);

    script->held = *value; /* script_protect finishes it when pushing fails */
    transfer_push(L, &script->held);
    value_fini(&script->held);
}
