/* engine/script/log_view.c -- see log_view.h. */
#include "engine/script/log_view.h"

#include <string.h>

#include "engine/script/library.h"
#include "engine/script/transfer.h"
#include "engine/script/view.h"

/* A log, its status, or one of its rows: whose methods are used tells which. */
struct log_object {
    const struct script_log_port *port;
    int64_t iteration; /* of rows */
};

static const luaL_Reg log_methods[3], row_methods[4], status_methods[4];

static void push_object(lua_State *L, const struct script_log_port *port, int64_t iteration,
                        const luaL_Reg *methods)
{
    struct log_object *object = view_new(L, sizeof *object, methods);

    *object = (struct log_object){ .port = port, .iteration = iteration };
}

void view_push_log(lua_State *L, const struct script_log_port *port)
{
    push_object(L, port, 0, log_methods);
}

void view_push_status(lua_State *L, const struct script_log_port *port)
{
    push_object(L, port, 0, status_methods);
}

static const char *key_text(lua_State *L, const char *of_what)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        script_throw(L, ERROR_SCRIPT, "the names of %s are texts, not %s", of_what, luaL_typename(L, 2));
    return lua_tostring(L, 2);
}

/* ---- The log ---- */

static int64_t current_row(lua_State *L, const struct script_log_port *port)
{
    (void)L;
    return port->iterations_done(port->context);
}

static int64_t previous_row(lua_State *L, const struct script_log_port *port)
{
    const int64_t done = port->iterations_done(port->context);

    if (done < 1)
        script_throw(L, ERROR_SCRIPT, "there is no row before the first one");
    return done - 1;
}

static int64_t last_epoch_row(lua_State *L, const struct script_log_port *port)
{
    const int64_t end = port->last_epoch_end(port->context);

    if (end < 0)
        script_throw(L, ERROR_SCRIPT, "no epoch has ended yet");
    return end;
}

static int log_index(lua_State *L)
{
    static const struct {
        const char *name;
        int64_t (*iteration)(lua_State *L, const struct script_log_port *port);
    } rows[] = { { "current_row", current_row },
                 { "previous_row", previous_row },
                 { "last_epoch_row", last_epoch_row } };
    const struct script_log_port *port = ((struct log_object *)view_at(L, 1, log_methods))->port;
    const char *name;

    if (lua_type(L, 2) == LUA_TNUMBER) {
        const lua_Integer iteration = library_integer(L, 2);

        if (iteration < 0)
            return script_throw(L, ERROR_SCRIPT, "the log has no row %lld", (long long)iteration);
        push_object(L, port, iteration, row_methods);
        return 1;
    }
    name = key_text(L, "a log");
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!strcmp(name, rows[i].name)) {
            push_object(L, port, rows[i].iteration(L, port), row_methods);
            return 1;
        }
    }
    if (strcmp(name, "status") != 0)
        return script_throw(L, ERROR_SCRIPT, "the log has no member \"%s\"", name);
    view_push_status(L, port);
    return 1;
}

static int log_newindex(lua_State *L)
{
    return script_throw(L, ERROR_SCRIPT, "rows and status are assigned by their members");
}

/* ---- Rows and status ---- */

static int row_index(lua_State *L)
{
    const struct log_object *row = view_at(L, 1, row_methods);
    struct value value = value_none();

    if (!row->port->record_get(row->port->context, row->iteration, key_text(L, "records"), &value))
        return 0;
    view_push_owned(L, &value);
    return 1;
}

static int status_index(lua_State *L)
{
    const struct log_object *status = view_at(L, 1, status_methods);
    struct value value = value_none();

    if (!status->port->status_get(status->port->context, key_text(L, "the status"), &value))
        return 0;
    view_push_owned(L, &value);
    return 1;
}

/* The value to be assigned, owned by the caller, who must not throw before finishing it. */
static struct value assigned_value(lua_State *L)
{
    struct script *script = script_of(L);
    struct value value;

    transfer_read(L, 3, &script->held);
    value = script->held;
    script->held = value_none();
    return value;
}

static int row_newindex(lua_State *L)
{
    const struct log_object *row = view_at(L, 1, row_methods);
    const char *name = key_text(L, "records");
    struct value value = assigned_value(L);
    struct error err;
    const bool done = row->port->record_set(row->port->context, row->iteration, name, &value, &err);

    value_fini(&value);
    return done ? 0 : script_throw_error(L, &err);
}

static int status_newindex(lua_State *L)
{
    const struct log_object *status = view_at(L, 1, status_methods);
    const char *name = key_text(L, "the status");
    struct value value = assigned_value(L);
    struct error err;
    const bool done = status->port->status_set(status->port->context, name, &value, &err);

    value_fini(&value);
    return done ? 0 : script_throw_error(L, &err);
}

/* ---- pairs ---- */

/* Upvalues: the row or the status, how many names were given out. */
static int pairs_step(lua_State *L)
{
    const lua_Integer place = lua_tointeger(L, lua_upvalueindex(2));
    const bool is_row = lua_toboolean(L, lua_upvalueindex(3));
    const struct log_object *object = lua_touserdata(L, lua_upvalueindex(1));
    const char *name =
        is_row ? object->port->record_name(object->port->context, object->iteration, (size_t)place)
               : object->port->status_name(object->port->context, (size_t)place);

    if (!name)
        return 0;
    lua_pushinteger(L, place + 1);
    lua_replace(L, lua_upvalueindex(2));
    lua_pushstring(L, name);
    lua_pushvalue(L, -1);
    lua_gettable(L, lua_upvalueindex(1));
    return 2;
}

static int object_pairs(lua_State *L, bool is_row)
{
    view_at(L, 1, is_row ? row_methods : status_methods);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    lua_pushboolean(L, is_row);
    lua_pushcclosure(L, pairs_step, 3);
    lua_pushnil(L);
    lua_pushnil(L);
    return 3;
}

static int row_pairs(lua_State *L)
{
    return object_pairs(L, true);
}

static int status_pairs(lua_State *L)
{
    return object_pairs(L, false);
}

static const luaL_Reg log_methods[3] = { { "__index", log_index },
                                         { "__newindex", log_newindex },
                                         { NULL, NULL } };

static const luaL_Reg row_methods[4] = {
    { "__index", row_index }, { "__newindex", row_newindex }, { "__pairs", row_pairs }, { NULL, NULL }
};

static const luaL_Reg status_methods[4] = { { "__index", status_index },
                                            { "__newindex", status_newindex },
                                            { "__pairs", status_pairs },
                                            { NULL, NULL } };
