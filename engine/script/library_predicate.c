/* engine/script/library_predicate.c -- the predicates of Blocks that have a name. */
#include "engine/script/library.h"

static int always_true(lua_State *L)
{
    lua_pushboolean(L, 1);
    return 1;
}

/* has_done_epochs(log): true as long as none has been completed, whatever its name says. */
static int has_done_epochs(lua_State *L)
{
    lua_settop(L, 1);
    lua_getfield(L, 1, "status");
    lua_getfield(L, 2, "epochs_done");
    lua_pushinteger(L, 0);
    lua_pushboolean(L, lua_compare(L, 3, 4, LUA_OPEQ));
    return 1;
}

const luaL_Reg library_predicates[] = { { "always_true", always_true },
                                        { "has_done_epochs", has_done_epochs },
                                        { NULL, NULL } };

const char *library_predicate_name(lua_CFunction function)
{
    for (const luaL_Reg *predicate = library_predicates; predicate->name && function; predicate++)
        if (predicate->func == function)
            return predicate->name;
    return NULL;
}
