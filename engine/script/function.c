/* engine/script/function.c -- see function.h. */
#include "engine/script/function.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/script/source.h"
#include "engine/script/state.h"
#include "engine/script/transfer.h"
#include "engine/script/view.h"

struct script_function {
    struct script *script;
    char *pointer;
    int reference; /* in the registry */
    struct script_signature signature;
};

bool script_signature_takes(const struct script_signature *signature, int count)
{
    return signature->variadic ? count >= signature->parameters : count == signature->parameters;
}

/* ---- Compiling ---- */

struct compilation {
    const char *source;
    struct script_signature signature;
    int reference; /* LUA_NOREF: the function is not kept */
    bool keep;
};

/* A function whose variables all end with the call: the environment is the only thing from outside. */
static void check_upvalues(lua_State *L)
{
    const char *name;

    for (int i = 1; (name = lua_getupvalue(L, -1, i)); i++) {
        lua_pop(L, 1);
        if (strcmp(name, "_ENV") != 0)
            script_throw(
                L, ERROR_SYNTAX,
                "the function uses \"%s\", a local from outside of it, which no checkpoint would hold", name);
    }
}

static void compile(lua_State *L, void *context)
{
    struct compilation *compilation = context;
    size_t length;
    const char *token = source_first_token(compilation->source, &length);
    const bool has_return = length == 6 && !strncmp(token, "return", length);
    lua_Debug information;

    if (!has_return && !(length == 8 && !strncmp(token, "function", length)))
        script_throw(L, ERROR_SYNTAX, "a function is needed, but the source starts with \"%.*s\"",
                     (int)(length < 40 ? length : 40), token);
    source_load(L, "=script", has_return ? "" : "return ", compilation->source);
    script_push_environment(L);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, LUA_MULTRET);
    if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TFUNCTION || lua_iscfunction(L, 1))
        script_throw(L, ERROR_SYNTAX, "the source has to be one function");
    check_upvalues(L);
    lua_pushvalue(L, 1);
    lua_getinfo(L, ">u", &information);
    compilation->signature =
        (struct script_signature){ .parameters = information.nparams, .variadic = information.isvararg };
    if (compilation->keep)
        compilation->reference = luaL_ref(L, LUA_REGISTRYINDEX);
}

static bool compile_source(struct script *script, struct compilation *compilation, const char *pointer,
                           struct error *err)
{
    if (source_check(compilation->source, err) && script_protect(script, compile, compilation, pointer, err))
        return true;
    if (pointer && !err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
    if (err->code == ERROR_SYNTAX)
        error_hint(err, "Write one function, such as function(n, old) return old * 0.999 end.");
    return false;
}

bool script_function_check(const char *source, struct script_signature *out, struct error *err)
{
    struct compilation compilation = { .source = source };
    struct script *script = script_new(0, err);
    bool valid;

    if (!script)
        return false;
    valid = compile_source(script, &compilation, NULL, err);
    script_free(script);
    if (valid && out)
        *out = compilation.signature;
    return valid;
}

bool script_check_function(void *context, const char *source, const struct json_path *path,
                           struct error_list *errors)
{
    struct error err;

    (void)context;
    if (script_function_check(source, NULL, &err))
        return true;
    json_path_spell(path, err.pointer, sizeof err.pointer);
    return error_list_add(errors, &err);
}

struct script_function *script_function_new(struct script *script, const char *source, const char *pointer,
                                            struct error *err)
{
    struct compilation compilation = { .source = source, .keep = true };
    struct script_function *function;

    if (!compile_source(script, &compilation, pointer, err))
        return NULL;
    function = memory_new(1, sizeof *function);
    function->script = script;
    function->pointer = memory_text(pointer ? pointer : "");
    function->reference = compilation.reference;
    function->signature = compilation.signature;
    return function;
}

void script_function_free(struct script_function *function)
{
    if (!function)
        return;
    luaL_unref(function->script->lua, LUA_REGISTRYINDEX, function->reference);
    free(function->pointer);
    free(function);
}

const struct script_signature *script_function_signature(const struct script_function *function)
{
    return &function->signature;
}

/* ---- Calling ---- */

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

static void call_function(lua_State *L, void *context)
{
    struct call *call = context;

    luaL_checkstack(L, (int)(call->argument_count + call->result_count) + 4, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->function->reference);
    if (lua_getupvalue(L, -1, 1)) {
        /* A function may assign its own _ENV; the next call starts with a clean one. */
        lua_pop(L, 1);
        script_push_environment(L);
        lua_setupvalue(L, -2, 1);
    }
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
