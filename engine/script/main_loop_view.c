/* engine/script/main_loop_view.c -- the main loop and its algorithm; the model is in model_view.c. */
#include "engine/script/main_loop_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/script/view.h"

enum { PATH_BYTES = 200 };

static const luaL_Reg main_loop_methods[3], algorithm_methods[12];

/* ---- The main loop ---- */

void view_push_main_loop(lua_State *L, const struct script_main_loop_port *port)
{
    const struct script_main_loop_port **object = view_new(L, sizeof *object, main_loop_methods);

    *object = port;
}

static void push_algorithm(lua_State *L, const struct script_algorithm_port *port, const char *path);

static int main_loop_index(lua_State *L)
{
    const struct script_main_loop_port *port =
        *(const struct script_main_loop_port **)view_at(L, 1, main_loop_methods);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

    if (!strcmp(name, "log") && port->log)
        view_push_log(L, port->log);
    else if (!strcmp(name, "status") && port->log)
        view_push_status(L, port->log);
    else if (!strcmp(name, "model") && port->model)
        view_push_model(L, port->model);
    else if (!strcmp(name, "algorithm") && port->algorithm)
        push_algorithm(L, port->algorithm, "");
    else
        return script_throw(L, ERROR_SCRIPT, "the main loop has no member \"%s\"", name);
    return 1;
}

static int main_loop_newindex(lua_State *L)
{
    return script_throw(L, ERROR_SCRIPT, "the members of the main loop cannot be assigned");
}

static const luaL_Reg main_loop_methods[3] = { { "__index", main_loop_index },
                                               { "__newindex", main_loop_newindex },
                                               { NULL, NULL } };

/* ---- The algorithm: an object that has gathered the path so far ---- */

struct algorithm_object {
    const struct script_algorithm_port *port;
    char path[PATH_BYTES];
};

static void push_algorithm(lua_State *L, const struct script_algorithm_port *port, const char *path)
{
    struct algorithm_object *object = view_new(L, sizeof *object, algorithm_methods);

    object->port = port;
    snprintf(object->path, sizeof object->path, "%s", path);
}

/* The path of the object and the key in argument 2. */
static void spell_path(lua_State *L, const struct algorithm_object *object, char out[PATH_BYTES])
{
    int length;

    if (lua_type(L, 2) == LUA_TSTRING)
        length =
            snprintf(out, PATH_BYTES, "%s%s%s", object->path, object->path[0] ? "." : "", lua_tostring(L, 2));
    else if (lua_isinteger(L, 2))
        length = snprintf(out, PATH_BYTES, "%s[%lld]", object->path, (long long)lua_tointeger(L, 2));
    else
        length = script_throw(L, ERROR_SCRIPT, "hyper-parameters have names and numbers, not %s",
                              luaL_typename(L, 2));
    if (length >= PATH_BYTES)
        script_throw(L, ERROR_SCRIPT, "the name of a hyper-parameter is too long");
}

static int throw_unknown(lua_State *L, const char *path)
{
    return script_throw(L, ERROR_SCRIPT, "there is no live hyper-parameter \"%s\"", path);
}

static int algorithm_index(lua_State *L)
{
    const struct algorithm_object *object = view_at(L, 1, algorithm_methods);
    char path[PATH_BYTES];
    double number;

    spell_path(L, object, path);
    if (object->port->get(object->port->context, path, &number))
        lua_pushnumber(L, number);
    else
        push_algorithm(L, object->port, path);
    return 1;
}

static int algorithm_newindex(lua_State *L)
{
    const struct algorithm_object *object = view_at(L, 1, algorithm_methods);
    char path[PATH_BYTES];
    struct error err;
    double number;

    spell_path(L, object, path);
    if (!object->port->get(object->port->context, path, &number))
        return throw_unknown(L, path);
    if (lua_type(L, 3) != LUA_TNUMBER || !isfinite(lua_tonumber(L, 3)))
        return script_throw(L, ERROR_SCRIPT, "the hyper-parameter \"%s\" has to be a finite number", path);
    if (!object->port->set(object->port->context, path, lua_tonumber(L, 3), &err))
        return script_throw_error(L, &err);
    return 0;
}

/* Somebody calculates with what he takes for a number. */
static int algorithm_misused(lua_State *L)
{
    const struct algorithm_object *object = view_find(L, 1, algorithm_methods);

    if (!object)
        object = view_at(L, 2, algorithm_methods);
    return throw_unknown(L, object->path);
}

static const luaL_Reg algorithm_methods[12] = {
    { "__index", algorithm_index }, { "__newindex", algorithm_newindex }, { "__add", algorithm_misused },
    { "__sub", algorithm_misused }, { "__mul", algorithm_misused },       { "__div", algorithm_misused },
    { "__pow", algorithm_misused }, { "__unm", algorithm_misused },       { "__lt", algorithm_misused },
    { "__le", algorithm_misused },  { "__concat", algorithm_misused },    { NULL, NULL },
};
