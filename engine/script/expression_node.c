/* engine/script/expression_node.c -- nodes as objects that can be calculated with. */
#include "engine/script/expression_scope.h"
#include "engine/script/view.h"

enum { INSTRUCTIONS_PER_OPERATION = 500 };

struct node_object {
    struct node *node;
};

static const luaL_Reg node_methods[16];

void scope_count(lua_State *L, int operations)
{
    struct expression_scope *scope = scope_of(L);

    if (operations > EXPRESSION_OPERATIONS_MAX - scope->operations)
        script_throw(L, ERROR_LIMIT, "the variables take more than %d operations", EXPRESSION_OPERATIONS_MAX);
    scope->operations += operations;
    script_charge(L, (int64_t)operations * INSTRUCTIONS_PER_OPERATION);
}

int scope_push_node(lua_State *L, struct node *node, const struct error *err)
{
    struct node_object *object;

    if (!node)
        return script_throw_error(L, err);
    object = view_new(L, sizeof *object, node_methods);
    object->node = node;
    return 1;
}

static struct node *constant(lua_State *L, int index)
{
    scope_count(L, 1);
    return node_constant(scope_of(L)->graph, lua_tonumber(L, index));
}

struct node *scope_node(lua_State *L, int index, const char *what)
{
    const struct node_object *object = view_find(L, index, node_methods);
    struct brick *brick;
    struct error err;

    if (object)
        return object->node;
    if (lua_type(L, index) == LUA_TNUMBER)
        return constant(L, index);
    brick = scope_brick(L, index);
    if (brick) {
        RAISE(&err, ERROR_WRONG_TYPE, NULL, "%s: the brick \"%.100s\" has to be applied to something", what,
              brick->name);
        error_hint(&err, "Write %.100s(features), for example.", brick->name);
        script_throw_error(L, &err);
    }
    script_throw(L, ERROR_WRONG_TYPE, "%s: a variable or a number is needed, not %s", what,
                 lua_type(L, index) == LUA_TUSERDATA ? "this object" : luaL_typename(L, index));
    return NULL;
}

static int arithmetic(lua_State *L, enum binary operation, const char *sign)
{
    struct node *a = scope_node(L, 1, sign), *b = scope_node(L, 2, sign);
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, node_binary(scope_of(L)->graph, operation, a, b, &err), &err);
}

#define ARITHMETIC(name, operation, sign)                                                                    \
    static int node_meta_##name(lua_State *L)                                                                \
    {                                                                                                        \
        return arithmetic(L, operation, sign);                                                               \
    }
ARITHMETIC(add, BINARY_ADD, "+")
ARITHMETIC(sub, BINARY_SUBTRACT, "-")
ARITHMETIC(mul, BINARY_MULTIPLY, "*")
ARITHMETIC(div, BINARY_DIVIDE, "/")
ARITHMETIC(pow, BINARY_POWER, "^")
#undef ARITHMETIC

static int node_meta_unm(lua_State *L)
{
    struct node *x = scope_node(L, 1, "-");
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, node_negative(scope_of(L)->graph, x, &err), &err);
}

/* Lua makes a plain true or false of what these return, so that they cannot build nodes. */
static int node_meta_compare(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE,
                        "variables are compared by lt, le, gt, ge, eq and neq: lt(a, b) instead of a < b");
}

static int node_meta_unknown(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "of operators there are + - * / and ^ only");
}

static int node_meta_index(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "a variable has no members: use at(x, index) and slice(...)");
}

static int node_meta_newindex(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "a variable cannot be changed, only calculated with");
}

int scope_refuse_operator(lua_State *L)
{
    scope_node(L, 1, "arithmetic");
    scope_node(L, 2, "arithmetic");
    return 0;
}

static int node_meta_call(lua_State *L)
{
    return script_throw(L, ERROR_INVALID_VALUE, "a variable is not a brick and cannot be applied");
}

static const luaL_Reg node_methods[16] = {
    { "__add", node_meta_add },      { "__sub", node_meta_sub },
    { "__mul", node_meta_mul },      { "__div", node_meta_div },
    { "__pow", node_meta_pow },      { "__unm", node_meta_unm },
    { "__eq", node_meta_compare },   { "__lt", node_meta_compare },
    { "__le", node_meta_compare },   { "__mod", node_meta_unknown },
    { "__idiv", node_meta_unknown }, { "__concat", node_meta_unknown },
    { "__index", node_meta_index },  { "__newindex", node_meta_newindex },
    { "__call", node_meta_call },    { NULL, NULL },
};
