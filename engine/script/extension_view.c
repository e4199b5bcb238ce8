/* engine/script/extension_view.c -- see extension_view.h. */
#include "engine/script/extension_view.h"

#include "engine/script/budget.h"
#include "engine/script/detached.h"
#include "engine/script/library.h"
#include "engine/script/transfer.h"
#include "engine/script/view.h"

/* Upvalues of every method: the port, and the table whose method it is. */
static const struct script_extension_port *port_of(lua_State *L, const char *method)
{
    if (!lua_rawequal(L, 1, lua_upvalueindex(2)))
        script_throw(L, ERROR_SCRIPT, "%s is a method of self: write self:%s(...)", method, method);
    return lua_touserdata(L, lua_upvalueindex(1));
}

/* Reads argument `index` into a new member of the value that is being held. */
static struct value *hold_member(lua_State *L, const char *name)
{
    struct value *held = &script_of(L)->held;

    value_add(held, name, value_none());
    return &held->list.items[held->list.count - 1];
}

/* An empty table is a list here. */
static void hold_list(lua_State *L, int index, const char *name)
{
    struct value *list = hold_member(L, name);

    transfer_read(L, index, list);
    if (list->kind == VALUE_TABLE && list->list.count == 0)
        *list = value_list();
}

/* The held value, from now on the caller's, who must not throw before finishing it. */
static struct value take_held(lua_State *L)
{
    struct script *script = script_of(L);
    const struct value value = script->held;

    script->held = value_none();
    return value;
}

static int give_self(lua_State *L, bool done, const struct error *err)
{
    if (!done)
        return script_throw_error(L, err);
    lua_settop(L, 1);
    return 1;
}

/* self:add_condition(callbacks, predicate, arguments) */
static int add_condition(lua_State *L)
{
    const struct script_extension_port *port = port_of(L, "add_condition");
    struct value condition;
    struct error err;
    bool done;

    lua_settop(L, 4);
    script_of(L)->held = value_table();
    hold_list(L, 2, "callbacks");
    if (lua_type(L, 3) == LUA_TFUNCTION)
        detached_read(L, 3, 1, hold_member(L, "predicate"));
    else if (!lua_isnil(L, 3))
        transfer_read(L, 3, hold_member(L, "predicate"));
    if (!lua_isnil(L, 4))
        hold_list(L, 4, "arguments");
    condition = take_held(L);
    done = port->add_condition(port->context, &condition, &err);
    value_fini(&condition);
    return give_self(L, done, &err);
}

/* self:set_conditions{after_epoch = true} */
static int set_conditions(lua_State *L)
{
    const struct script_extension_port *port = port_of(L, "set_conditions");
    struct value triggers;
    struct error err;
    bool done;

    library_table_argument(L, 2);
    transfer_read(L, 2, &script_of(L)->held);
    triggers = take_held(L);
    done = port->set_conditions(port->context, &triggers, &err);
    value_fini(&triggers);
    return give_self(L, done, &err);
}

static const char *callback_argument(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        script_throw(L, ERROR_SCRIPT, "the name of a callback is a text, not %s", luaL_typename(L, 2));
    return lua_tostring(L, 2);
}

/* self:dispatch(callback, ...) */
static int dispatch(lua_State *L)
{
    const struct script_extension_port *port = port_of(L, "dispatch");
    const char *callback = callback_argument(L);
    const int count = lua_gettop(L);
    struct value arguments, *held = &script_of(L)->held;
    struct error err;
    bool done;

    *held = value_list();
    for (int i = 3; i <= count; i++) {
        value_append(held, value_none());
        transfer_read(L, i, &held->list.items[held->list.count - 1]);
    }
    arguments = take_held(L);
    budget_leave(L);
    done = port->dispatch(port->context, callback, &arguments, &err);
    budget_enter(L);
    value_fini(&arguments);
    return done ? 0 : script_throw_error(L, &err);
}

/* Pushes the elements `from` to `to` of the list at `index` as a list. */
static void push_part(lua_State *L, int index, lua_Integer from, lua_Integer to)
{
    lua_newtable(L);
    for (lua_Integer i = from; i <= to; i++) {
        lua_rawgeti(L, index, i);
        lua_rawseti(L, -2, i - from + 1);
    }
}

/* self:parse_args(which_callback, args): what the main loop passed, and what the condition did. */
static int parse_args(lua_State *L)
{
    const struct script_extension_port *port = port_of(L, "parse_args");
    const char *callback = callback_argument(L);
    lua_Integer count, own;
    struct error err;
    bool has_batch;

    library_table_argument(L, 3);
    count = (lua_Integer)lua_rawlen(L, 3);
    if (!port->has_batch(port->context, callback, &has_batch, &err))
        return script_throw_error(L, &err);
    own = has_batch;
    if (count < own)
        return script_throw(L, ERROR_SCRIPT, "%s comes with a batch, but there are no arguments", callback);
    script_charge(L, count);
    push_part(L, 3, 1, own);
    push_part(L, 3, own + 1, count);
    return 2;
}

/* ---- The methods in the table ---- */

struct provision {
    const struct script_table *table;
    const struct script_extension_port *port;
};

static void provide(lua_State *L, void *context)
{
    const struct provision *provision = context;
    const struct {
        const char *name;
        lua_CFunction function;
        bool present;
    } methods[] = {
        { "add_condition", add_condition, provision->port->add_condition },
        { "set_conditions", set_conditions, provision->port->set_conditions },
        { "dispatch", dispatch, provision->port->dispatch },
        { "parse_args", parse_args, provision->port->has_batch },
    };

    view_push_table(L, provision->table);
    lua_getmetatable(L, 1);
    lua_getfield(L, 2, "__index");
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (!methods[i].present)
            continue;
        script_push_constant(L, provision->port);
        lua_pushvalue(L, 1);
        lua_pushcclosure(L, methods[i].function, 2);
        lua_setfield(L, 3, methods[i].name);
    }
}

bool script_table_provide_methods(struct script_table *table, const struct script_extension_port *port,
                                  struct error *err)
{
    struct provision provision = { .table = table, .port = port };

    return script_protect(view_table_script(table), provide, &provision, NULL, err);
}
