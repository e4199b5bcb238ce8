/* engine/script/sandbox.c -- see sandbox.h. */
#include "engine/script/sandbox.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/script/budget.h"
#include "engine/script/failure.h"
#include "engine/script/library.h"
#include "engine/script/state.h"

enum {
    BYTES_PER_INSTRUCTION = 16, /* an allocation costs as much as one instruction per this many bytes */
    TEXT_HEADER_BYTES = 25,     /* what Lua allocates around the bytes of a text */
};

static const char environment_key = 0; /* its address is the place in the registry */

static void *refuse(struct script *script, enum script_limit limit)
{
    script->refused = limit;
    script->refused_place = script->lua ? failure_place(script->lua) : (struct script_place){ .line = 0 };
    return NULL;
}

/* Lua's only source of memory.  Shrinking never fails, as Lua requires. */
static void *allocate(void *context, void *old, size_t old_bytes, size_t bytes)
{
    struct script *script = context;
    const bool is_text = !old && old_bytes == LUA_TSTRING; /* without a block Lua says what it is for */
    void *block;

    if (!old)
        old_bytes = 0;
    if (bytes == 0) {
        free(old);
        script->bytes -= old_bytes;
        return NULL;
    }
    if (is_text && bytes > SCRIPT_TEXT_BYTES_MAX + TEXT_HEADER_BYTES)
        return refuse(script, LIMIT_TEXT);
    if (bytes > old_bytes && bytes - old_bytes > SCRIPT_MEMORY_BYTES_MAX - script->bytes)
        return refuse(script, LIMIT_MEMORY);
    if (bytes > old_bytes)
        script->instructions -= (int64_t)(bytes / BYTES_PER_INSTRUCTION); /* the hook looks at it */
    block = realloc(old, bytes);
    if (!block)
        return bytes > old_bytes ? refuse(script, LIMIT_MEMORY) : old;
    script->bytes += bytes - old_bytes;
    return block;
}

struct protected_body {
    script_body_fn *body;
    void *context;
};

static int run_body(lua_State *L)
{
    const struct protected_body *protected = lua_touserdata(L, 1);

    lua_settop(L, 0);
    protected->body(L, protected->context);
    return 0;
}

bool script_protect(struct script *script, script_body_fn *body, void *context, const char *pointer,
                    struct error *err)
{
    lua_State *L = script->lua;
    struct protected_body protected = { .body = body, .context = context };
    const int top = lua_gettop(L);
    bool entered;
    int status;

    if (!lua_checkstack(L, 8))
        return RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "more than %d MiB of memory were used",
                     SCRIPT_MEMORY_BYTES_MAX >> 20);
    if (script->depth++ == 0)
        budget_begin(L);
    entered = budget_enter(L);
    lua_pushcfunction(L, run_body);
    lua_pushlightuserdata(L, &protected);
    status = lua_pcall(L, 1, 0, 0);
    script->depth--;
    if (entered)
        budget_leave(L);
    if (status == LUA_OK)
        return true;
    failure_raise(script, status, err);
    value_fini(&script->held);
    if (pointer && !err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
    lua_settop(L, top);
    if (script->depth == 0)
        lua_gc(L, LUA_GCCOLLECT); /* what the failed call left behind must not weigh on the next one */
    return false;
}

void script_freeze(lua_State *L, lua_CFunction refuse_assignment)
{
    lua_newtable(L); /* what scripts hold: always empty */
    lua_createtable(L, 0, 2);
    lua_rotate(L, -3, -1); /* front, metatable, members */
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_assignment);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

void script_push_environment(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &environment_key);
}

static int refuse_library(lua_State *L)
{
    return script_throw(L, ERROR_SCRIPT, "the tables of the library cannot be changed");
}

static int refuse_global(lua_State *L)
{
    if (lua_type(L, 2) == LUA_TSTRING)
        return script_throw(L, ERROR_SCRIPT,
                            "cannot assign the global \"%s\": use a local or a member of self",
                            lua_tostring(L, 2));
    return script_throw(L, ERROR_SCRIPT, "cannot assign globals: use a local or a member of self");
}

static void build_environment(lua_State *L, void *context)
{
    static const struct {
        const char *name;
        const luaL_Reg *functions;
    } libraries[] = { { "math", library_math }, { "string", library_string }, { "table", library_table } };

    (void)context;
    lua_newtable(L);
    luaL_setfuncs(L, library_basic, 0);
    luaL_setfuncs(L, library_predicates, 0);
    for (size_t i = 0; i < COUNT(libraries); i++) {
        lua_newtable(L);
        luaL_setfuncs(L, libraries[i].functions, 0);
        if (libraries[i].functions == library_math)
            library_math_constants(L);
        script_freeze(L, refuse_library);
        lua_setfield(L, -2, libraries[i].name);
    }
    /* The methods of texts.  Nothing in the environment reaches this metatable. */
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 1);
    lua_getfield(L, 1, "string");
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    script_freeze(L, refuse_global);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &environment_key);
}

struct script *script_new(uint32_t seed, struct error *err)
{
    struct script *script = memory_new(1, sizeof *script);

    random_seed(&script->random, seed);
    script->instructions = script->instructions_max = SCRIPT_INSTRUCTIONS_MAX;
    script->lua = lua_newstate(allocate, script);
    if (!script->lua) {
        free(script);
        RAISE(err, ERROR_MEMORY, NULL, "out of memory for a script");
        return NULL;
    }
    *(struct script **)lua_getextraspace(script->lua) = script;
    if (!script_protect(script, build_environment, NULL, NULL, err)) {
        script_free(script);
        return NULL;
    }
    return script;
}

void script_free(struct script *script)
{
    if (!script)
        return;
    lua_close(script->lua);
    free(script);
}

struct random_state *script_random(struct script *script)
{
    return &script->random;
}

size_t script_memory_bytes(const struct script *script)
{
    return script->bytes;
}
