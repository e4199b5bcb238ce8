/* engine/script/function_call.c -- calls of compiled functions; see function.h. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/script/function_internal.h"
#include "engine/script/transfer.h"
#include "engine/script/view.h"

struct call {
    const struct script_function *function;
    const struct script_argument *arguments;
    size_t argument_count;
    size_t result_count;
    void (*read)(lua_State *L, struct call *call); /* the results are 1 to result_count on the stack */
    struct value *results;
    double real;
    bool truth;
};

/* A function may assign its own _ENV; the next call starts with a clean one. */
static void reset_environment(lua_State *L)
{
    const char *name;

    for (int i = 1; (name = lua_getupvalue(L, -1, i)); i++) {
        lua_pop(L, 1);
        if (strcmp(name, "_ENV") != 0)
            continue;
        script_push_environment(L);
        lua_setupvalue(L, -2, i);
    }
}

static void call_function(lua_State *L, void *context)
{
    struct call *call = context;

    luaL_checkstack(L, (int)(call->argument_count + call->result_count) + 4, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->function->reference);
    reset_environment(L);
    for (size_t i = 0; i < call->argument_count; i++)
        view_push_argument(L, &call->arguments[i]);
    lua_call(L, (int)call->argument_count, (int)call->result_count);
    call->read(L, call);
}

static void read_values(lua_State *L, struct call *call)
{
    for (size_t i = 0; i < call->result_count; i++)
        transfer_read(L, (int)i + 1, &call->results[i]);
}

static void read_real(lua_State *L, struct call *call)
{
    if (lua_type(L, 1) != LUA_TNUMBER)
        script_throw(L, ERROR_SCRIPT, "the function has to return a number, not %s", luaL_typename(L, 1));
    call->real = lua_tonumber(L, 1);
}

static void read_truth(lua_State *L, struct call *call)
{
    call->truth = lua_toboolean(L, 1);
}

static bool run(struct script_function *function, struct call *call, struct error *err)
{
    call->function = function;
    return script_protect(function->script, call_function, call, function->pointer, err);
}

bool script_function_call(struct script_function *function, const struct script_argument *arguments,
                          size_t argument_count, struct value *out_results, size_t result_count,
                          struct error *err)
{
    struct call call = { .arguments = arguments,
                         .argument_count = argument_count,
                         .result_count = result_count,
                         .read = read_values };
    bool called;

    call.results = memory_new(result_count, sizeof *call.results);
    called = run(function, &call, err);
    for (size_t i = 0; i < result_count; i++) {
        if (called)
            out_results[i] = call.results[i];
        else
            value_fini(&call.results[i]);
    }
    free(call.results);
    return called;
}

bool script_function_call_real(struct script_function *function, const struct script_argument *arguments,
                               size_t argument_count, double *out, struct error *err)
{
    struct call call = {
        .arguments = arguments, .argument_count = argument_count, .result_count = 1, .read = read_real
    };

    if (!run(function, &call, err))
        return false;
    *out = call.real;
    return true;
}

bool script_function_call_truth(struct script_function *function, const struct script_argument *arguments,
                                size_t argument_count, bool *out, struct error *err)
{
    struct call call = {
        .arguments = arguments, .argument_count = argument_count, .result_count = 1, .read = read_truth
    };

    if (!run(function, &call, err))
        return false;
    *out = call.truth;
    return true;
}
