/* engine/script/expression_names.c -- what the names in an expression stand for. */
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/bricks/costs/cost.h"
#include "engine/script/expression_scope.h"
#include "engine/script/library.h"

static const char environment_key = 0; /* its address is the place in the registry */

static const char *const libraries[] = { "math", "string", "table" };

/* ---- Lookup ---- */

struct parameter_search {
    const char *path;
    const struct shape *shape;
};

static bool is_other_parameter(void *context, const struct brick *brick,
                               const struct brick_parameter *parameter)
{
    struct parameter_search *search = context;

    (void)brick;
    if (strcmp(parameter->path, search->path) != 0)
        return true;
    search->shape = &parameter->shape;
    return false;
}

const struct shape *scope_parameter(const struct expression_scope *scope, const char *path)
{
    struct parameter_search search = { .path = path };

    for (size_t i = 0; i < scope->names->brick_count && !search.shape; i++)
        brick_each_parameter(scope->names->bricks[i], is_other_parameter, &search);
    return search.shape;
}

int scope_throw_at(lua_State *L, const char *name, struct error *err)
{
    scope_of(L)->sought = name;
    script_place_error(L, err);
    scope_of(L)->sought = NULL;
    return script_rethrow(L, err);
}

int scope_unknown(lua_State *L, const char *what, const char *name, const char *const *candidates,
                  size_t count)
{
    const char *nearest = text_nearest(name, candidates, count);
    char list[160] = "";
    struct error err;
    size_t used = 0;

    RAISE(&err, ERROR_UNKNOWN_NAME, NULL, "there is no %s \"%.100s\"", what, name);
    for (size_t i = 0; i < count && used < sizeof list - 50; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.40s", i ? ", " : "", candidates[i]);
    if (nearest)
        error_hint(&err, "Did you mean \"%.100s\"?", nearest);
    else if (count)
        error_hint(&err, "There are %s%s.", list, used < sizeof list - 50 ? "" : ", ...");
    script_clean_text(err.message);
    return scope_throw_at(L, name, &err);
}

/* ---- shared.NAME ---- */

static int shared_index(lua_State *L)
{
    const struct expression_scope *scope = scope_of(L);
    const struct expression_names *names = scope->names;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "", **candidates;
    struct error err;

    candidates = lua_newuserdatauv(L, (names->shared_count + 1) * sizeof *candidates, 0);
    for (size_t i = 0; i < names->shared_count; i++) {
        if (strcmp(names->shared[i].name, name) == 0) {
            scope_count(L, 1);
            return scope_push_node(L, node_shared(scope->graph, name, &names->shared[i].shape, &err), &err);
        }
        candidates[i] = names->shared[i].name;
    }
    return scope_unknown(L, "shared variable", name, candidates, names->shared_count);
}

static int refuse_shared(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "shared variables cannot be assigned by expressions");
}

/* ---- The environment ---- */

static bool push_named(lua_State *L, const char *name)
{
    struct expression_scope *scope = scope_of(L);
    const struct expression_names *names = scope->names;
    struct error err;

    for (size_t i = 0; i < names->variable_count; i++)
        if (strcmp(names->variables[i].name, name) == 0)
            return scope_push_node(L, scope_variable(L, i), NULL);
    for (size_t i = 0; i < names->brick_count; i++) {
        if (strcmp(names->bricks[i]->name, name) == 0) {
            scope_push_brick(L, names->bricks[i]);
            return true;
        }
    }
    for (size_t i = 0; i < names->source_count; i++) {
        const struct expression_source *source = &names->sources[i];

        if (strcmp(source->name, name) == 0)
            return scope_push_node(L, node_input(scope->graph, name, source->dtype, &source->shape, &err),
                                   &err);
    }
    return false;
}

/* The names of the definition first, so that they are the first ones to be listed. */
static int throw_unknown(lua_State *L, const char *name)
{
    const struct expression_names *names = scope_of(L)->names;
    const char **candidates;
    size_t count = 0, functions;

    lua_pushvalue(L, lua_upvalueindex(1));
    library_push_sorted_keys(L, lua_gettop(L)); /* Lua's own order differs from run to run. */
    functions = (size_t)lua_rawlen(L, -1);
    candidates = lua_newuserdatauv(
        L,
        (names->source_count + names->brick_count + names->variable_count + functions) * sizeof *candidates,
        0);
    for (size_t i = 0; i < names->source_count; i++)
        candidates[count++] = names->sources[i].name;
    for (size_t i = 0; i < names->brick_count; i++)
        candidates[count++] = names->bricks[i]->name;
    for (size_t i = 0; i < names->variable_count; i++)
        candidates[count++] = names->variables[i].name;
    for (size_t i = 1; i <= functions; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, -2, (lua_Integer)i); /* below the candidates */
        candidates[count++] = lua_tostring(L, -1);
    }
    return scope_unknown(L, "variable, brick, source or function", name, candidates, count);
}

/* Upvalue: the table of functions and libraries. */
static int environment_index(lua_State *L)
{
    const char *name;

    if (lua_type(L, 2) != LUA_TSTRING)
        return script_throw(L, ERROR_WRONG_TYPE, "names are texts, not %s", luaL_typename(L, 2));
    name = lua_tostring(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL || push_named(L, name))
        return 1;
    return throw_unknown(L, name);
}

static int refuse_global(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "cannot assign names in an expression: use a local");
}

/* The library of functions, but for random: both graphs have to come out the same. */
static void add_libraries(lua_State *L)
{
    script_push_environment(L);
    for (size_t i = 0; i < COUNT(libraries); i++) {
        lua_getfield(L, -1, libraries[i]);
        lua_setfield(L, -3, libraries[i]);
    }
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_setfuncs(L, library_math, 0);
    library_math_constants(L);
    lua_pushnil(L);
    lua_setfield(L, -2, "random");
    script_freeze(L, refuse_global);
    lua_setfield(L, -2, "math");
}

void scope_build_environment(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, library_basic, 0);
    add_libraries(L);
    scope_add_functions(L);
    for (const struct component_type *const *type = cost_family.types; *type; type++) {
        scope_push_cost(L, (*type)->name);
        lua_setfield(L, -2, (*type)->name);
    }
    lua_newtable(L);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, shared_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_shared);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "shared");

    lua_newtable(L); /* the environment itself: always empty */
    lua_createtable(L, 0, 2);
    lua_rotate(L, -3, -1);
    lua_pushcclosure(L, environment_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &environment_key);
}

void scope_push_environment(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &environment_key);
}
