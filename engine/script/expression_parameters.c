/* engine/script/expression_parameters.c -- param(path), grad(path), step(path). */
#include "engine/script/expression_arguments.h"
#include "engine/script/expression_functions.h"

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

    argument_count(L, what, 1, 1);
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

int function_param(lua_State *L)
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

int function_grad(lua_State *L)
{
    const struct shape *shape;
    const char *path = path_argument(L, "grad", &shape);
    const struct expression_gradients *from = gradients(L, "grad");
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, from->gradient(from->context, path, &err), &err);
}

int function_step(lua_State *L)
{
    const struct shape *shape;
    const char *path = path_argument(L, "step", &shape);
    const struct expression_gradients *from = gradients(L, "step");
    struct error err;

    scope_count(L, 1);
    return scope_push_node(L, from->step(from->context, path, &err), &err);
}
