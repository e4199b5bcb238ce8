/* engine/script/model_view.c -- the parameters of a model as nested lists. */
#include <string.h>

#include "engine/base/text.h"
#include "engine/script/main_loop_view.h"
#include "engine/script/view.h"

static const luaL_Reg model_methods[4];

void view_push_model(lua_State *L, const struct script_model_port *port)
{
    const struct script_model_port **object = view_new(L, sizeof *object, model_methods);

    *object = port;
}

/* Throws unless there is a parameter at the path in argument 1. */
static const struct tensor *parameter_at(lua_State *L, const struct script_model_port *port)
{
    const char *path, **paths, *nearest;
    const struct tensor *tensor;
    size_t count = 0;
    struct error err;

    if (lua_type(L, 1) != LUA_TSTRING)
        script_throw(L, ERROR_SCRIPT, "the path of a parameter is a text, not %s", luaL_typename(L, 1));
    path = lua_tostring(L, 1);
    tensor = port->parameter(port->context, path);
    if (tensor)
        return tensor;
    while (port->path(port->context, count))
        count++;
    paths = lua_newuserdatauv(L, (count + 1) * sizeof *paths, 0);
    for (size_t i = 0; i < count; i++)
        paths[i] = port->path(port->context, i);
    nearest = text_nearest(path, paths, count);
    RAISE(&err, ERROR_SCRIPT, NULL, "there is no parameter \"%.100s\"", path);
    if (nearest)
        error_hint(&err, "Did you mean \"%.100s\"?", nearest);
    script_throw_error(L, &err);
    return NULL;
}

/* ---- Reading ---- */

/* Pushes what lies below `axis`, from element *index on, and moves *index behind it. */
static void push_axis(lua_State *L, const struct tensor *tensor, int axis, int64_t *index)
{
    const int64_t length = axis < tensor->shape.rank ? tensor->shape.dims[axis] : 0;

    if (axis == tensor->shape.rank) {
        lua_pushnumber(L, tensor_read(tensor, (*index)++));
        return;
    }
    luaL_checkstack(L, 3, NULL);
    lua_createtable(L, length < SCRIPT_MEMORY_BYTES_MAX ? (int)length : SCRIPT_MEMORY_BYTES_MAX, 0);
    script_charge(L, length);
    for (int64_t i = 0; i < length; i++) {
        push_axis(L, tensor, axis + 1, index);
        lua_rawseti(L, -2, i + 1);
    }
}

/* model.get(path); the port is an upvalue. */
static int model_get(lua_State *L)
{
    const struct script_model_port *port = lua_touserdata(L, lua_upvalueindex(1));
    int64_t index = 0;

    if (lua_type(L, 1) == LUA_TUSERDATA)
        lua_remove(L, 1); /* called as model:get(path) */
    push_axis(L, parameter_at(L, port), 0, &index);
    return 1;
}

/* ---- Writing ---- */

/* Reads the value on top, which has to be shaped like what lies below `axis`. */
static void read_axis(lua_State *L, const struct tensor *tensor, int axis, double *out, int64_t *index)
{
    char shape[SHAPE_TEXT_BYTES];

    if (axis == tensor->shape.rank) {
        if (lua_type(L, -1) != LUA_TNUMBER)
            script_throw(L, ERROR_SCRIPT, "the elements of a parameter are numbers, not %s",
                         luaL_typename(L, -1));
        out[(*index)++] = lua_tonumber(L, -1);
        return;
    }
    if (lua_type(L, -1) != LUA_TTABLE || (int64_t)lua_rawlen(L, -1) != tensor->shape.dims[axis])
        script_throw(L, ERROR_SCRIPT, "the parameter has the shape %s: a list of %lld is needed on axis %d",
                     shape_text(&tensor->shape, shape), (long long)tensor->shape.dims[axis], axis);
    luaL_checkstack(L, 3, NULL);
    script_charge(L, tensor->shape.dims[axis]);
    for (int64_t i = 1; i <= tensor->shape.dims[axis]; i++) {
        lua_rawgeti(L, -1, i);
        read_axis(L, tensor, axis + 1, out, index);
        lua_pop(L, 1);
    }
}

/* model.set(path, lists): all of it, or nothing when something does not fit. */
static int model_set(lua_State *L)
{
    const struct script_model_port *port = lua_touserdata(L, lua_upvalueindex(1));
    const struct tensor *tensor;
    int64_t index = 0, elements;
    double *values;

    if (lua_type(L, 1) == LUA_TUSERDATA)
        lua_remove(L, 1);
    tensor = parameter_at(L, port);
    elements = tensor_elements(tensor);
    lua_settop(L, 2);
    values = lua_newuserdatauv(L, (size_t)elements * sizeof *values + 1, 0);
    lua_pushvalue(L, 2);
    read_axis(L, tensor, 0, values, &index);
    for (int64_t i = 0; i < elements; i++)
        tensor_write(tensor, i, values[i]);
    return 0;
}

/* ---- The object ---- */

static int model_index(lua_State *L)
{
    const struct script_model_port **object = view_at(L, 1, model_methods);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

    if (strcmp(name, "get") != 0 && strcmp(name, "set") != 0)
        return script_throw(L, ERROR_SCRIPT, "the model has get(path) and set(path, values), not \"%s\"",
                            name);
    script_push_constant(L, *object);
    lua_pushcclosure(L, !strcmp(name, "get") ? model_get : model_set, 1);
    return 1;
}

static int model_newindex(lua_State *L)
{
    return script_throw(L, ERROR_SCRIPT, "parameters are written by set(path, values)");
}

/* Upvalues: the model, how many paths were given out. */
static int pairs_step(lua_State *L)
{
    const struct script_model_port *port =
        *(const struct script_model_port **)lua_touserdata(L, lua_upvalueindex(1));
    const lua_Integer place = lua_tointeger(L, lua_upvalueindex(2));
    const char *path = port->path(port->context, (size_t)place);

    if (!path)
        return 0;
    lua_pushinteger(L, place + 1);
    lua_replace(L, lua_upvalueindex(2));
    lua_pushstring(L, path);
    return 1;
}

static int model_pairs(lua_State *L)
{
    view_at(L, 1, model_methods);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 2);
    lua_pushnil(L);
    lua_pushnil(L);
    return 3;
}

static const luaL_Reg model_methods[4] = {
    { "__index", model_index }, { "__newindex", model_newindex }, { "__pairs", model_pairs }, { NULL, NULL }
};
