/* engine/script/expression_shape.c -- functions that take nodes apart and put them together. */
#include <string.h>

#include "engine/script/expression_arguments.h"
#include "engine/script/expression_functions.h"

/* Reads `count` nodes from place `first` on. */
static void read_nodes(lua_State *L, int first, int count, const char *what, struct node **out)
{
    if (count < 1)
        script_throw(L, ERROR_INVALID_VALUE, "%s needs a variable", what);
    if (count > SCRIPT_VALUES_MAX)
        script_throw(L, ERROR_LIMIT, "%s takes at most %d variables", what, SCRIPT_VALUES_MAX);
    for (int i = 0; i < count; i++)
        out[i] = scope_node(L, first + i, what);
    scope_count(L, count);
}

/* l2_norm(a, b, ...) or l2_norm({a, b, ...}) */
int function_l2_norm(lua_State *L)
{
    struct node *nodes[SCRIPT_VALUES_MAX];
    struct error err;
    int count, first = argument_spread(L, 1, "l2_norm", &count);

    read_nodes(L, first, count, "l2_norm", nodes);
    return scope_push_node(L, node_l2_norm(scope_of(L)->graph, nodes, (size_t)count, &err), &err);
}

/* concatenate({a, b, ...}, axis); axis 0 unless told otherwise. */
int function_concatenate(lua_State *L)
{
    struct node *nodes[SCRIPT_VALUES_MAX];
    struct error err;
    int axis, count, first;

    argument_count(L, "concatenate", 1, 2);
    if (lua_type(L, 1) != LUA_TTABLE)
        return script_throw(L, ERROR_WRONG_TYPE,
                            "concatenate takes a list of variables: concatenate({a, b}, axis)");
    axis = lua_isnoneornil(L, 2) ? 0 : argument_axis(L, 2, "concatenate");
    first = argument_spread(L, 1, "concatenate", &count);
    read_nodes(L, first, count, "concatenate", nodes);
    return scope_push_node(L, node_concatenate(scope_of(L)->graph, nodes, (size_t)count, axis, &err), &err);
}

/* reshape(x, 2, -1) or reshape(x, {2, -1}): -1 is what remains. */
int function_reshape(lua_State *L)
{
    struct node *x;
    int64_t dims[TENSOR_RANK_MAX];
    struct error err;
    int rank, first;

    x = scope_node(L, 1, "reshape");
    first = argument_spread(L, 2, "reshape", &rank);
    if (rank > TENSOR_RANK_MAX)
        return script_throw(L, ERROR_LIMIT, "reshape: more than %d axes", TENSOR_RANK_MAX);
    for (int i = 0; i < rank; i++) {
        dims[i] = argument_integer(L, first + i, "reshape");
        if (dims[i] < DIMENSION_REST)
            return script_throw(L, ERROR_OUT_OF_RANGE, "reshape: %lld is no length", (long long)dims[i]);
    }
    scope_count(L, 1);
    return scope_push_node(L, node_reshape(scope_of(L)->graph, x, dims, rank, &err), &err);
}

/* dimshuffle(x, 1, 0, "x"): axes in a new order, "x" for a new one. */
int function_dimshuffle(lua_State *L)
{
    struct node *x;
    struct error err;
    int order[TENSOR_RANK_MAX], rank, first;

    x = scope_node(L, 1, "dimshuffle");
    first = argument_spread(L, 2, "dimshuffle", &rank);
    if (rank > TENSOR_RANK_MAX)
        return script_throw(L, ERROR_LIMIT, "dimshuffle: more than %d axes", TENSOR_RANK_MAX);
    for (int i = 0; i < rank; i++) {
        if (lua_type(L, first + i) == LUA_TSTRING && !strcmp(lua_tostring(L, first + i), "x")) {
            order[i] = AXIS_NEW;
            continue;
        }
        order[i] = argument_axis(L, first + i, "dimshuffle");
        if (order[i] < 0)
            return script_throw(L, ERROR_OUT_OF_RANGE, "dimshuffle: axes are counted from 0, not %d",
                                order[i]);
    }
    scope_count(L, 1);
    return scope_push_node(L, node_dimshuffle(scope_of(L)->graph, x, order, rank, &err), &err);
}

int function_at(lua_State *L)
{
    struct node *x;
    int64_t index;
    struct error err;

    argument_count(L, "at", 2, 2);
    x = scope_node(L, 1, "at");
    index = argument_integer(L, 2, "at");
    scope_count(L, 1);
    return scope_push_node(L, node_at(scope_of(L)->graph, x, index, &err), &err);
}

/* slice(x, axis, start, stop): stop may be left out or nil. */
int function_slice(lua_State *L)
{
    struct node *x;
    int64_t start, stop;
    int axis;
    struct error err;

    argument_count(L, "slice", 3, 4);
    x = scope_node(L, 1, "slice");
    axis = argument_axis(L, 2, "slice");
    start = lua_isnil(L, 3) ? 0 : argument_integer(L, 3, "slice");
    stop = lua_isnoneornil(L, 4) ? SLICE_END : argument_integer(L, 4, "slice");
    scope_count(L, 1);
    return scope_push_node(L, node_slice(scope_of(L)->graph, x, axis, start, stop, &err), &err);
}
