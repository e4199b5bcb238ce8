/* engine/script/expression_functions.c -- the functions that build nodes. */
#include "engine/script/expression_functions.h"

#include <stdio.h>
#include <string.h>

#include "engine/script/expression_arguments.h"

/* ---- Elementwise: the operation and its name are upvalues ---- */

static int apply_unary(lua_State *L)
{
    const enum unary operation = (enum unary)lua_tointeger(L, lua_upvalueindex(1));
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    struct node *x;
    struct error err;

    argument_count(L, what, 1, 1);
    x = scope_node(L, 1, what);
    scope_count(L, 1);
    return scope_push_node(L, node_unary(scope_of(L)->graph, operation, x, &err), &err);
}

/* The graph has longer names for some operations; people read the one that they wrote. */
static void put_name(struct error *err, const char *graph_name, const char *what)
{
    const size_t length = strlen(graph_name);
    char rest[sizeof err->message];

    if (strncmp(err->message, graph_name, length) != 0)
        return;
    snprintf(rest, sizeof rest, "%s", err->message + length);
    snprintf(err->message, sizeof err->message, "%.64s%.*s", what, (int)(sizeof rest - 65), rest);
}

static int apply_binary(lua_State *L)
{
    const enum binary operation = (enum binary)lua_tointeger(L, lua_upvalueindex(1));
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    struct node *a, *b, *result;
    struct error err;

    argument_count(L, what, 2, 2);
    a = scope_node(L, 1, what);
    b = scope_node(L, 2, what);
    scope_count(L, 1);
    result = node_binary(scope_of(L)->graph, operation, a, b, &err);
    if (!result)
        put_name(&err, binary_name(operation), what);
    return scope_push_node(L, result, &err);
}

/* sum(x), sum(x, axis), sum(x, {axis, axis}); a third argument true keeps the axes with length 1. */
static int apply_reduction(lua_State *L)
{
    const enum reduction reduction = (enum reduction)lua_tointeger(L, lua_upvalueindex(1));
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    int axes[TENSOR_RANK_MAX], count = 0, first;
    struct node *x;
    struct error err;
    bool keep;

    argument_count(L, what, 1, 3);
    x = scope_node(L, 1, what);
    keep = lua_toboolean(L, 3);
    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        first = argument_spread(L, 2, what, &count);
        if (count < 1 || count > TENSOR_RANK_MAX)
            return script_throw(L, ERROR_OUT_OF_RANGE, "%s: %d axes are not 1 to %d", what, count,
                                TENSOR_RANK_MAX);
        for (int i = 0; i < count; i++)
            axes[i] = argument_axis(L, first + i, what);
    }
    scope_count(L, 1);
    return scope_push_node(L, node_reduce(scope_of(L)->graph, reduction, x, axes, count, keep, &err), &err);
}

/* ---- One by one ---- */

/* argmax(x), argmax(x, axis): along the last axis unless told otherwise. */
static int function_argmax(lua_State *L)
{
    struct node *x;
    struct error err;
    int axis;

    argument_count(L, "argmax", 1, 2);
    x = scope_node(L, 1, "argmax");
    axis = lua_isnoneornil(L, 2) ? -1 : argument_axis(L, 2, "argmax");
    scope_count(L, 1);
    return scope_push_node(L, node_argmax(scope_of(L)->graph, x, axis, &err), &err);
}

static int function_dot(lua_State *L)
{
    struct node *a, *b;
    struct error err;

    argument_count(L, "dot", 2, 2);
    a = scope_node(L, 1, "dot");
    b = scope_node(L, 2, "dot");
    scope_count(L, 1);
    return scope_push_node(L, node_dot(scope_of(L)->graph, a, b, &err), &err);
}

static int function_dropout(lua_State *L)
{
    struct node *x;
    double drop_probability;
    struct error err;

    argument_count(L, "dropout", 2, 2);
    x = scope_node(L, 1, "dropout");
    drop_probability = argument_real(L, 2, "dropout");
    if (!(drop_probability >= 0 && drop_probability < 1))
        return script_throw(L, ERROR_OUT_OF_RANGE,
                            "dropout: %g is not a probability from 0 up to, but not, 1", drop_probability);
    scope_count(L, 1);
    return scope_push_node(L, node_dropout(scope_of(L)->graph, x, drop_probability, 0, &err), &err);
}

static int function_noise(lua_State *L)
{
    struct node *x;
    double std;
    struct error err;

    argument_count(L, "noise", 2, 2);
    x = scope_node(L, 1, "noise");
    std = argument_real(L, 2, "noise");
    if (!(std >= 0 && std <= 1e30))
        return script_throw(L, ERROR_OUT_OF_RANGE, "noise: %g is not a standard deviation", std);
    scope_count(L, 1);
    return scope_push_node(L, node_noise(scope_of(L)->graph, x, std, &err), &err);
}

/* ---- All of them ---- */

static const luaL_Reg functions[] = {
    { "argmax", function_argmax },
    { "at", function_at },
    { "concatenate", function_concatenate },
    { "dimshuffle", function_dimshuffle },
    { "dot", function_dot },
    { "dropout", function_dropout },
    { "grad", function_grad },
    { "l2_norm", function_l2_norm },
    { "noise", function_noise },
    { "param", function_param },
    { "reshape", function_reshape },
    { "slice", function_slice },
    { "step", function_step },
    { NULL, NULL },
};

static const struct {
    const char *name;
    lua_CFunction apply;
    int operation;
} operations[] = {
    { "abs", apply_unary, UNARY_ABS },           { "exp", apply_unary, UNARY_EXP },
    { "log", apply_unary, UNARY_LOG },           { "sqr", apply_unary, UNARY_SQR },
    { "sqrt", apply_unary, UNARY_SQRT },         { "tanh", apply_unary, UNARY_TANH },
    { "eq", apply_binary, BINARY_EQUAL },        { "ge", apply_binary, BINARY_GREATER_EQUAL },
    { "gt", apply_binary, BINARY_GREATER },      { "le", apply_binary, BINARY_LESS_EQUAL },
    { "lt", apply_binary, BINARY_LESS },         { "maximum", apply_binary, BINARY_MAXIMUM },
    { "minimum", apply_binary, BINARY_MINIMUM }, { "neq", apply_binary, BINARY_NOT_EQUAL },
    { "max", apply_reduction, REDUCE_MAX },      { "mean", apply_reduction, REDUCE_MEAN },
    { "min", apply_reduction, REDUCE_MIN },      { "sum", apply_reduction, REDUCE_SUM },
};

void scope_add_functions(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    for (size_t i = 0; i < COUNT(operations); i++) {
        lua_pushinteger(L, operations[i].operation);
        lua_pushstring(L, operations[i].name);
        lua_pushcclosure(L, operations[i].apply, 2);
        lua_setfield(L, -2, operations[i].name);
    }
}

const char *expression_function(size_t index)
{
    const size_t others = COUNT(functions) - 1;

    if (index < others)
        return functions[index].name;
    return index - others < COUNT(operations) ? operations[index - others].name : NULL;
}

bool scope_is_function(const char *name)
{
    const char *function;

    for (size_t i = 0; (function = expression_function(i)); i++)
        if (!strcmp(function, name))
            return true;
    return false;
}
