/* engine/script/expression_inputs.c -- what a brick is applied to: by place, then by name. */
#include <stdio.h>
#include <string.h>

#include "engine/bricks/brick.h"
#include "engine/script/expression_scope.h"
#include "engine/script/library.h"

/* The input that the key on top of the stack names. */
static size_t named_input(lua_State *L, const struct brick *brick, const struct brick_names *names)
{
    char what[200];

    if (lua_type(L, -1) != LUA_TSTRING)
        script_throw(L, ERROR_WRONG_TYPE, "inputs of %s have names: {mask = mask}", brick->name);
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], lua_tostring(L, -1)) == 0)
            return i;
    snprintf(what, sizeof what, "input of the brick %.100s (%.60s)", brick->path,
             brick->type->component.name);
    return (size_t)scope_unknown(L, what, lua_tostring(L, -1), names->items, names->count);
}

/* {mask = m, states = h} as the last argument, at `index`. */
static void read_named(lua_State *L, int index, const struct brick *brick, const struct brick_names *names,
                       struct brick_values *inputs)
{
    library_push_sorted_keys(L, index);
    for (lua_Integer k = 1; k <= (lua_Integer)lua_rawlen(L, index + 1); k++) {
        size_t input;

        lua_rawgeti(L, index + 1, k);
        input = named_input(L, brick, names);
        if (input < inputs->count && inputs->items[input])
            script_throw(L, ERROR_DUPLICATE, "%s is given \"%s\" twice", brick->name, names->items[input]);
        lua_rawget(L, index);
        for (; inputs->count <= input; inputs->count++)
            inputs->items[inputs->count] = NULL;
        inputs->items[input] = scope_node(L, index + 2, brick->name);
        lua_settop(L, index + 1);
    }
    lua_settop(L, index);
}

void scope_read_inputs(lua_State *L, const struct brick *brick, bool named, struct brick_values *inputs)
{
    const int top = lua_gettop(L);
    struct brick_names names;

    names.count = names.required = inputs->count = 0;
    if (named)
        brick_input_names(brick, &names);
    if (top - 1 > BRICK_VALUES_MAX)
        script_throw(L, ERROR_LIMIT, "%s takes at most %d inputs", brick->name, BRICK_VALUES_MAX);
    for (int index = 2; index <= top; index++) {
        const bool may_miss = inputs->count >= names.required && inputs->count < names.count;

        if (index == top && names.count > 0 && lua_type(L, index) == LUA_TTABLE)
            read_named(L, index, brick, &names, inputs);
        else if (may_miss && lua_isnil(L, index))
            inputs->items[inputs->count++] = NULL;
        else
            inputs->items[inputs->count++] = scope_node(L, index, brick->name);
    }
    for (size_t i = 0; i < names.required; i++)
        if (i >= inputs->count || !inputs->items[i])
            script_throw(L, ERROR_INVALID_VALUE, "%s is not given its \"%s\"", brick->name, names.items[i]);
}
