/* engine/script/expression_brick.c -- bricks and costs as objects that can be applied. */
#include <stdio.h>
#include <string.h>

#include "engine/base/param_text.h"
#include "engine/bricks/costs/cost.h"
#include "engine/script/expression_scope.h"
#include "engine/script/library.h"
#include "engine/script/view.h"

enum { METHOD_NAME_BYTES = 64, OPERATIONS_PER_BRICK = 4, OPTIONS_MAX = 16 };

/* A brick, or one of its application methods. */
struct brick_object {
    struct brick *brick;
    char method[METHOD_NAME_BYTES];
};

static const luaL_Reg brick_methods[10], method_methods[8];

static void push_object(lua_State *L, struct brick *brick, const char *method, const luaL_Reg *behaviour)
{
    struct brick_object *object = view_new(L, sizeof *object, behaviour);

    object->brick = brick;
    snprintf(object->method, sizeof object->method, "%s", method);
}

void scope_push_brick(lua_State *L, struct brick *brick)
{
    push_object(L, brick, "apply", brick_methods);
}

struct brick *scope_brick(lua_State *L, int index)
{
    const struct brick_object *object = view_find(L, index, brick_methods);

    return object ? object->brick : NULL;
}

static int tree_size(const struct brick *brick)
{
    int size = 1;

    for (size_t i = 0; i < brick->child_count; i++)
        size += tree_size(brick->children[i]);
    return size;
}

/* object(x, ...): the results of the application method. */
static int apply(lua_State *L, const struct brick_object *object)
{
    struct brick_values inputs, results;
    struct error err;

    scope_read_inputs(L, object->brick, strcmp(object->method, "apply") == 0, &inputs);
    scope_count(L, tree_size(object->brick) * OPERATIONS_PER_BRICK);
    if (!brick_call(object->brick, object->method, scope_of(L)->graph, &inputs, &results, &err))
        return script_throw_error(L, &err);
    luaL_checkstack(L, (int)results.count + 4, NULL);
    for (size_t i = 0; i < results.count; i++)
        scope_push_node(L, results.items[i], NULL);
    return (int)results.count;
}

static int brick_call_meta(lua_State *L)
{
    return apply(L, view_at(L, 1, brick_methods));
}

static int method_call_meta(lua_State *L)
{
    return apply(L, view_at(L, 1, method_methods));
}

/* Children, methods, parameters and auxiliary variables: what stands behind the dot. */
static size_t member_names(const struct brick *brick, const char **out)
{
    size_t count = 0;

    for (size_t i = 0; i < brick->child_count; i++, count++)
        if (out)
            out[count] = brick->children[i]->name;
    for (size_t i = 0; i < brick->parameter_count; i++, count++)
        if (out)
            out[count] = brick->parameters[i].name;
    for (const struct brick_method *method = brick->type->methods; method && method->name; method++, count++)
        if (out)
            out[count] = method->name;
    for (const struct brick_method *method = brick->type->auxiliaries; method && method->name;
         method++, count++)
        if (out)
            out[count] = method->name;
    return count;
}

static int brick_index_meta(lua_State *L)
{
    struct brick *brick = ((struct brick_object *)view_at(L, 1, brick_methods))->brick, *child;
    const char *name, **names;
    char what[200];
    struct error err;

    if (lua_type(L, 2) != LUA_TSTRING)
        return script_throw(L, ERROR_WRONG_TYPE, "the members of a brick have names, not %s",
                            luaL_typename(L, 2));
    name = lua_tostring(L, 2);
    child = brick_child(brick, name);
    if (child) {
        scope_push_brick(L, child);
        return 1;
    }
    if (brick_has_method(brick, name)) {
        push_object(L, brick, name, method_methods);
        return 1;
    }
    if (brick_has_variable(brick, name)) {
        scope_count(L, OPERATIONS_PER_BRICK);
        return scope_push_node(L, brick_variable(brick, scope_of(L)->graph, name, &err), &err);
    }
    names = lua_newuserdatauv(L, (member_names(brick, NULL) + 1) * sizeof *names, 0);
    snprintf(what, sizeof what, "member of the brick %.100s (%.60s)", brick->path,
             brick->type->component.name);
    return scope_unknown(L, what, name, names, member_names(brick, names));
}

static int refuse_assignment(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "bricks cannot be changed by expressions");
}

#define NO_ARITHMETIC                                                                                        \
    { "__add", scope_refuse_operator }, { "__sub", scope_refuse_operator },                                  \
        { "__mul", scope_refuse_operator }, { "__div", scope_refuse_operator },                              \
        { "__pow", scope_refuse_operator },                                                                  \
    {                                                                                                        \
        "__unm", scope_refuse_operator                                                                       \
    }

static const luaL_Reg brick_methods[10] = {
    { "__call", brick_call_meta },
    { "__index", brick_index_meta },
    { "__newindex", refuse_assignment },
    NO_ARITHMETIC,
    { NULL, NULL },
};

static const luaL_Reg method_methods[8] = { { "__call", method_call_meta }, NO_ARITHMETIC, { NULL, NULL } };
/* ---- Costs ---- */

/* The table at `index` as texts for the parameter table; the texts lie on the Lua stack. */
static size_t read_options(lua_State *L, int index, struct param_text *out)
{
    size_t count = 0;
    lua_Integer length;

    library_push_sorted_keys(L, index);
    length = (lua_Integer)lua_rawlen(L, -1);
    if (length > OPTIONS_MAX)
        script_throw(L, ERROR_LIMIT, "more than %d options", OPTIONS_MAX);
    luaL_checkstack(L, 4 * OPTIONS_MAX, NULL);
    for (lua_Integer i = 1; i <= length; i++) {
        lua_rawgeti(L, index + 1, i);
        if (lua_type(L, -1) != LUA_TSTRING)
            script_throw(L, ERROR_WRONG_TYPE, "options have names: {top_k = 5}");
        out[count].name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        if (lua_type(L, -1) == LUA_TTABLE || lua_type(L, -1) == LUA_TFUNCTION ||
            lua_type(L, -1) == LUA_TUSERDATA)
            script_throw(L, ERROR_WRONG_TYPE, "the option \"%s\" cannot be a %s", out[count].name,
                         luaL_typename(L, -1));
        out[count++].value = luaL_tolstring(L, -1, NULL);
    }
    return count;
}

static bool bind_options(const struct cost_type *cost, const struct param_text *options, size_t count,
                         struct arena *arena, void **out, struct error *err)
{
    struct error_list errors = { 0 };
    bool bound;

    if (!cost->component.params)
        return RAISE(err, ERROR_UNKNOWN_MEMBER, NULL, "%s has no options", cost->component.name);
    *out = arena_alloc(arena, cost->component.settings_size);
    bound = param_text_bind(cost->component.params, "option", options, count, arena, *out, &errors);
    if (!bound) {
        *err = errors.items[0];
        error_prefix(err, "%s", cost->component.name);
    }
    error_list_fini(&errors);
    return bound;
}

/* Cost(y, y_hat) or Cost(y, y_hat, {option = value}); the type is an upvalue. */
static int apply_cost(lua_State *L)
{
    const struct cost_type *cost = lua_touserdata(L, lua_upvalueindex(1));
    const char *name = cost->component.name;
    struct param_text options[OPTIONS_MAX] = { { 0 } };
    struct arena arena = { 0 };
    struct node *y, *y_hat, *result = NULL;
    size_t option_count = 0;
    void *settings = NULL;
    struct error err;

    if (lua_gettop(L) < 2 || lua_gettop(L) > 3)
        return script_throw(L, ERROR_INVALID_VALUE,
                            "%s takes what is true, what was predicted, and options if wanted", name);
    y = scope_node(L, 1, name);
    y_hat = scope_node(L, 2, name);
    if (!lua_isnoneornil(L, 3)) {
        if (lua_type(L, 3) != LUA_TTABLE)
            return script_throw(L, ERROR_WRONG_TYPE, "%s: options are a table, {top_k = 5}, not %s", name,
                                luaL_typename(L, 3));
        option_count = read_options(L, 3, options);
    }
    scope_count(L, OPERATIONS_PER_BRICK);
    if (option_count == 0 || bind_options(cost, options, option_count, &arena, &settings, &err))
        result = cost_apply(cost, settings, scope_of(L)->graph, y, y_hat, &err);
    arena_fini(&arena);
    return scope_push_node(L, result, &err);
}

void scope_push_cost(lua_State *L, const char *name)
{
    script_push_constant(L, cost_find(name));
    lua_pushcclosure(L, apply_cost, 1);
}
