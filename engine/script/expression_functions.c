/* engine/script/expression_functions.c -- the functions that build nodes. */
#include <string.h>

#include "engine/script/expression_scope.h"
#include "engine/script/library.h"

/* How many arguments there have to be. */
static void expect(lua_State *L, const char *what, int min, int max)
{
    const int count = lua_gettop(L);

    if (count >= min && count <= max)
        return;
    if (min == max)
        script_throw(L, ERROR_INVALID_VALUE, "%s takes %d argument%s, not %d", what, min, min == 1 ? "" : "s",
                     count);
    script_throw(L, ERROR_INVALID_VALUE, "%s takes %d to %d arguments, not %d", what, min, max, count);
}

static double real_argument(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        script_throw(L, ERROR_WRONG_TYPE, "%s: argument %d has to be a number, not %s", what, index,
                     luaL_typename(L, index));
    return lua_tonumber(L, index);
}

static int64_t integer_argument(lua_State *L, int index, const char *what)
{
    int whole;
    const lua_Integer integer = lua_tointegerx(L, index, &whole);

    if (!whole || lua_type(L, index) != LUA_TNUMBER)
        script_throw(L, ERROR_WRONG_TYPE, "%s: whole numbers are needed for axes, lengths and places", what);
    return integer;
}

static int axis_argument(lua_State *L, int index, const char *what)
{
    const int64_t axis = integer_argument(L, index, what);

    if (axis < -TENSOR_RANK_MAX || axis >= TENSOR_RANK_MAX)
        script_throw(L, ERROR_OUT_OF_RANGE, "%s: there is no axis %lld", what, (long long)axis);
    return (int)axis;
}

/* The values from place `index` on, or the elements of the one list there, are put on the stack one after
 * another; returns the place of the first one and sets *out_count. */
static int spread(lua_State *L, int index, const char *what, int *out_count)
{
    lua_Integer count;

    if (lua_type(L, index) != LUA_TTABLE) {
        *out_count = lua_gettop(L) - index + 1;
        return index;
    }
    count = (lua_Integer)lua_rawlen(L, index);
    if (count > SCRIPT_VALUES_MAX)
        script_throw(L, ERROR_LIMIT, "%s: a list of more than %d elements", what, SCRIPT_VALUES_MAX);
    luaL_checkstack(L, (int)count, NULL);
    *out_count = (int)count;
    for (lua_Integer i = 1; i <= count; i++)
        lua_rawgeti(L, index, i);
    return lua_gettop(L) - (int)count + 1;
}

/* ---- Elementwise: the operation and its name are upvalues ---- */

static int apply_unary(lua_State *L)
{
    const enum unary operation = (enum unary)lua_tointeger(L, lua_upvalueindex(1));
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    struct node *x;
    struct error err;

    expect(L, what, 1, 1);
    x = scope_node(L, 1, what);
    scope_count(L, 1);
    return scope_push_node(L, node_unary(scope_of(L)->graph, operation, x, &err), &err);
}

static int apply_binary(lua_State *L)
{
    const enum binary operation = (enum binary)lua_tointeger(L, lua_upvalueindex(1));
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    struct node *a, *b;
    struct error err;

    expect(L, what, 2, 2);
    a = scope_node(L, 1, what);
    b = scope_node(L, 2, what);
    scope_count(L, 1);
    return scope_push_node(L, node_binary(scope_of(L)->graph, operation, a, b, &err), &err);
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

    expect(L, what, 1, 3);
    x = scope_node(L, 1, what);
    keep = lua_toboolean(L, 3);
    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        first = spread(L, 2, what, &count);
        if (count < 1 || count > TENSOR_RANK_MAX)
            return script_throw(L, ERROR_OUT_OF_RANGE, "%s: %d axes are not 1 to %d", what, count,
                                TENSOR_RANK_MAX);
        for (int i = 0; i < count; i++)
            axes[i] = axis_argument(L, first + i, what);
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

    expect(L, "argmax", 1, 2);
    x = scope_node(L, 1, "argmax");
    axis = lua_isnoneornil(L, 2) ? -1 : axis_argument(L, 2, "argmax");
    scope_count(L, 1);
    return scope_push_node(L, node_argmax(scope_of(L)->graph, x, axis, &err), &err);
}

static int function_dot(lua_State *L)
{
    struct node *a, *b;
    struct error err;

    expect(L, "dot", 2, 2);
    a = scope_node(L, 1, "dot");
    b = scope_node(L, 2, "dot");
    scope_count(L, 1);
    return scope_push_node(L, node_dot(scope_of(L)->graph, a, b, &err), &err);
}

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
static int function_l2_norm(lua_State *L)
{
    struct node *nodes[SCRIPT_VALUES_MAX];
    struct error err;
    int count, first = spread(L, 1, "l2_norm", &count);

    read_nodes(L, first, count, "l2_norm", nodes);
    return scope_push_node(L, node_l2_norm(scope_of(L)->graph, nodes, (size_t)count, &err), &err);
}

/* concatenate({a, b, ...}, axis); axis 0 unless told otherwise. */
static int function_concatenate(lua_State *L)
{
    struct node *nodes[SCRIPT_VALUES_MAX];
    struct error err;
    int axis, count, first;

    expect(L, "concatenate", 1, 2);
    if (lua_type(L, 1) != LUA_TTABLE)
        return script_throw(L, ERROR_WRONG_TYPE,
                            "concatenate takes a list of variables: concatenate({a, b}, axis)");
    axis = lua_isnoneornil(L, 2) ? 0 : axis_argument(L, 2, "concatenate");
    first = spread(L, 1, "concatenate", &count);
    read_nodes(L, first, count, "concatenate", nodes);
    return scope_push_node(L, node_concatenate(scope_of(L)->graph, nodes, (size_t)count, axis, &err), &err);
}

/* reshape(x, 2, -1) or reshape(x, {2, -1}): -1 is what remains. */
static int function_reshape(lua_State *L)
{
    struct node *x;
    int64_t dims[TENSOR_RANK_MAX];
    struct error err;
    int rank, first;

    x = scope_node(L, 1, "reshape");
    first = spread(L, 2, "reshape", &rank);
    if (rank > TENSOR_RANK_MAX)
        return script_throw(L, ERROR_LIMIT, "reshape: more than %d axes", TENSOR_RANK_MAX);
    for (int i = 0; i < rank; i++) {
        dims[i] = integer_argument(L, first + i, "reshape");
        if (dims[i] < DIMENSION_REST)
            return script_throw(L, ERROR_OUT_OF_RANGE, "reshape: %lld is no length", (long long)dims[i]);
    }
    scope_count(L, 1);
    return scope_push_node(L, node_reshape(scope_of(L)->graph, x, dims, rank, &err), &err);
}

/* dimshuffle(x, 1, 0, "x"): axes in a new order, "x" for a new one. */
static int function_dimshuffle(lua_State *L)
{
    struct node *x;
    struct error err;
    int order[TENSOR_RANK_MAX], rank, first;

    x = scope_node(L, 1, "dimshuffle");
    first = spread(L, 2, "dimshuffle", &rank);
    if (rank > TENSOR_RANK_MAX)
        return script_throw(L, ERROR_LIMIT, "dimshuffle: more than %d axes", TENSOR_RANK_MAX);
    for (int i = 0; i < rank; i++) {
        if (lua_type(L, first + i) == LUA_TSTRING && !strcmp(lua_tostring(L, first + i), "x")) {
            order[i] = AXIS_NEW;
            continue;
        }
        order[i] = axis_argument(L, first + i, "dimshuffle");
        if (order[i] < 0)
            return script_throw(L, ERROR_OUT_OF_RANGE, "dimshuffle: axes are counted from 0, not %d",
                                order[i]);
    }
    scope_count(L, 1);
    return scope_push_node(L, node_dimshuffle(scope_of(L)->graph, x, order, rank, &err), &err);
}

static int function_at(lua_State *L)
{
    struct node *x;
    int64_t index;
    struct error err;

    expect(L, "at", 2, 2);
    x = scope_node(L, 1, "at");
    index = integer_argument(L, 2, "at");
    scope_count(L, 1);
    return scope_push_node(L, node_at(scope_of(L)->graph, x, index, &err), &err);
}

/* slice(x, axis, start, stop): stop may be left out or nil. */
static int function_slice(lua_State *L)
{
    struct node *x;
    int64_t start, stop;
    int axis;
    struct error err;

    expect(L, "slice", 3, 4);
    x = scope_node(L, 1, "slice");
    axis = axis_argument(L, 2, "slice");
    start = lua_isnil(L, 3) ? 0 : integer_argument(L, 3, "slice");
    stop = lua_isnoneornil(L, 4) ? SLICE_END : integer_argument(L, 4, "slice");
    scope_count(L, 1);
    return scope_push_node(L, node_slice(scope_of(L)->graph, x, axis, start, stop, &err), &err);
}

static int function_dropout(lua_State *L)
{
    struct node *x;
    double drop_probability;
    struct error err;

    expect(L, "dropout", 2, 2);
    x = scope_node(L, 1, "dropout");
    drop_probability = real_argument(L, 2, "dropout");
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

    expect(L, "noise", 2, 2);
    x = scope_node(L, 1, "noise");
    std = real_argument(L, 2, "noise");
    if (!(std >= 0 && std <= 1e30))
        return script_throw(L, ERROR_OUT_OF_RANGE, "noise: %g is not a standard deviation", std);
    scope_count(L, 1);
    return scope_push_node(L, node_noise(scope_of(L)->graph, x, std, &err), &err);
}

/* ---- Parameters ---- */

struct path_list {
    const char **items; /* NULL: only counted */
    size_t count;
};

static bool add_path(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    struct path_list *paths = context;

    (void)brick;
    if (paths->items)
        paths->items[paths->count] = parameter->path;
    paths->count++;
    return true;
}

/* Throws unless argument 1 is the path of a parameter. */
static const char *path_argument(lua_State *L, const char *what, const struct shape **out_shape)
{
    const struct expression_scope *scope = scope_of(L);
    struct path_list paths = { .count = 0 };
    const char *path;

    expect(L, what, 1, 1);
    if (lua_type(L, 1) != LUA_TSTRING)
        script_throw(L, ERROR_WRONG_TYPE, "%s takes the path of a parameter, such as '/mlp/linear_0.W'",
                     what);
    path = lua_tostring(L, 1);
    *out_shape = scope_parameter(scope, path);
    if (*out_shape)
        return path;
    for (size_t i = 0; i < scope->names->brick_count; i++)
        brick_each_parameter(scope->names->bricks[i], add_path, &paths);
    paths.items = lua_newuserdatauv(L, (paths.count + 1) * sizeof *paths.items, 0);
    paths.count = 0;
    for (size_t i = 0; i < scope->names->brick_count; i++)
        brick_each_parameter(scope->names->bricks[i], add_path, &paths);
    scope_unknown(L, "parameter", path, paths.items, paths.count);
    return NULL;
}

static int function_param(lua_State *L)
{
    const struct shape *shape;
    const char *path = path_argument(L, "param", &shape);
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, node_parameter(scope_of(L)->graph, path, shape, &err), &err);
}

static const struct expression_gradients *gradients(lua_State *L, const char *what)
{
    if (!scope_of(L)->gradients)
        script_throw(L, ERROR_INVALID_VALUE,
                     "%s can be used in TrainingDataMonitoring only, and not in the cost", what);
    return scope_of(L)->gradients;
}

static int function_grad(lua_State *L)
{
    const struct shape *shape;
    const char *path = path_argument(L, "grad", &shape);
    const struct expression_gradients *from = gradients(L, "grad");
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, from->gradient(from->context, path, &err), &err);
}

static int function_step(lua_State *L)
{
    const struct shape *shape;
    const char *path = path_argument(L, "step", &shape);
    const struct expression_gradients *from = gradients(L, "step");
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, from->step(from->context, path, &err), &err);
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

bool scope_is_function(const char *name)
{
    for (const luaL_Reg *function = functions; function->name; function++)
        if (!strcmp(function->name, name))
            return true;
    for (size_t i = 0; i < COUNT(operations); i++)
        if (!strcmp(operations[i].name, name))
            return true;
    return false;
}
