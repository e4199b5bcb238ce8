/* engine/script/function.c -- see function.h. */
#include "engine/script/function.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/script/function_internal.h"
#include "engine/script/source.h"

bool script_signature_takes(const struct script_signature *signature, int count)
{
    return signature->variadic ? count >= signature->parameters : count == signature->parameters;
}

/* ---- Places ---- */

struct script_function *function_of_chunk(const struct script *script, const char *name)
{
    struct script_function *function = script->functions;
    unsigned chunk;

    if (sscanf(name, "script%u", &chunk) != 1)
        return NULL;
    while (function && function->chunk != chunk)
        function = function->next;
    return function;
}

static void locate(const struct script *script, const char *name, struct script_place *place)
{
    const struct script_function *function = function_of_chunk(script, name);

    if (function && place->line >= 1 && (size_t)place->line <= function->text.line_count)
        place->line = function->text.positions[place->line - 1].line + function->first_line - 1;
}

/* ---- Compiling ---- */

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

static bool starts_as_function(const char *source, bool *out_return)
{
    size_t length;
    const char *token = source_first_token(source, &length);

    *out_return = length == 6 && !strncmp(token, "return", length);
    return *out_return || (length == 8 && !strncmp(token, "function", length));
}

void function_load(lua_State *L, const struct script_function *function, const char *before)
{
    char name[32];

    snprintf(name, sizeof name, "=script%u", function->chunk);
    source_load(L, name, before, function->text.split);
    script_push_environment(L);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, LUA_MULTRET);
    if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TFUNCTION || lua_iscfunction(L, 1))
        script_throw(L, ERROR_SYNTAX, "the source has to be one function");
}

void function_keep(lua_State *L, struct script_function *function)
{
    lua_Debug information;

    lua_pushvalue(L, -1);
    lua_getinfo(L, ">u", &information);
    function->signature =
        (struct script_signature){ .parameters = information.nparams, .variadic = information.isvararg };
    function->reference = luaL_ref(L, LUA_REGISTRYINDEX);
}

static void compile(lua_State *L, void *context)
{
    struct script_function *function = context;
    size_t length;
    const char *token = source_first_token(function->source, &length);
    bool has_return;

    if (!starts_as_function(function->source, &has_return))
        script_throw(L, ERROR_SYNTAX, "a function is needed, but the source starts with \"%.*s\"",
                     (int)(length < 40 ? length : 40), token);
    source_load(L, "=script", has_return ? "" : "return ", function->source); /* errors with its own lines */
    lua_pop(L, 1);
    function_load(L, function, "");
    check_upvalues(L);
    function_keep(L, function);
}

struct script_function *function_open(struct script *script, const char *source, const char *pointer)
{
    struct script_function *function = memory_new(1, sizeof *function);

    *function = (struct script_function){ .script = script,
                                          .next = script->functions,
                                          .chunk = script->next_chunk++,
                                          .source = memory_text(source),
                                          .pointer = memory_text(pointer ? pointer : ""),
                                          .first_line = 1,
                                          .reference = LUA_NOREF };
    script->functions = function;
    script->locate = locate;
    return function;
}

struct script_function *script_function_new(struct script *script, const char *source, const char *pointer,
                                            struct error *err)
{
    struct script_function *function;

    if (source_check(source, err)) {
        function = function_open(script, source, pointer);
        function->text = expression_text_split(source);
        if (script_protect(script, compile, function, pointer, err))
            return function;
        script_function_free(function);
    }
    if (pointer && !err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
    if (err->code == ERROR_SYNTAX)
        error_hint(err, "Write one function, such as function(n, old) return old * 0.999 end.");
    return NULL;
}

bool script_function_check(const char *source, struct script_signature *out, struct error *err)
{
    struct script *script = script_new(0, err);
    struct script_function *function = script ? script_function_new(script, source, NULL, err) : NULL;
    const bool valid = function;

    if (valid && out)
        *out = function->signature;
    script_function_free(function);
    script_free(script);
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

void script_function_free(struct script_function *function)
{
    struct script_function **link;

    if (!function)
        return;
    link = &function->script->functions;
    while (*link != function)
        link = &(*link)->next;
    *link = function->next;
    luaL_unref(function->script->lua, LUA_REGISTRYINDEX, function->reference);
    expression_text_fini(&function->text);
    free(function->source);
    free(function->pointer);
    free(function);
}

const struct script_signature *script_function_signature(const struct script_function *function)
{
    return &function->signature;
}

const char *script_function_source(const struct script_function *function)
{
    return function->source;
}
