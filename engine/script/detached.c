/* engine/script/detached.c -- see detached.h. */
#include "engine/script/detached.h"

#include <string.h>

#include "engine/script/function_internal.h"
#include "engine/script/library.h"
#include "engine/script/source.h"
#include "engine/script/transfer.h"
#include "engine/script/view.h"

static const char keyword[] = "function";

/* ---- Taking one apart ---- */

/* The line of `text` with the bracket that opens the parameters of the function that begins at `line`. */
static int parameters_line(lua_State *L, const struct expression_text *text, int line)
{
    for (; (size_t)line < text->line_count && !expression_text_is(text, line, "("); line++)
        if (expression_text_is(text, line, ":"))
            script_throw(L, ERROR_SCRIPT, "a function of a name with a colon cannot be kept");
    return line;
}

/* Its text from the parameters to the end, and its line in what the user wrote. */
static void read_source(lua_State *L, const lua_Debug *information, struct value *out)
{
    const struct script_function *function = function_of_chunk(script_of(L), information->source + 1);
    const struct expression_text *text = function ? &function->text : NULL;
    const struct expression_position *first, *last;
    struct text source = { 0 };

    if (!text || information->linedefined < 1 || (size_t)information->lastlinedefined > text->line_count)
        script_throw(L, ERROR_SCRIPT, "the source of the function is not there any more");
    first = &text->positions[parameters_line(L, text, information->linedefined) - 1];
    last = &text->positions[information->lastlinedefined - 1];
    text_add(&source, keyword);
    text_add_n(&source, function->source + first->source_offset,
               last->source_offset + last->length - first->source_offset);
    value_add(out, keyword, value_text(text_bytes(&source)));
    value_add(out, "line", value_integer(first->line + function->first_line - 1));
    text_fini(&source);
}

/* The value of a local on top of the stack. */
static void read_local(lua_State *L, const char *name, bool is_self, struct value *out)
{
    struct value *locals = &out->list.items[2];

    if (is_self) {
        value_set(out, "self", value_text(name));
        return;
    }
    value_add(locals, name, value_none());
    if (!transfer_read_scalar(L, -1, &locals->list.items[locals->list.count - 1]))
        script_throw(
            L, ERROR_SCRIPT,
            "the function uses \"%s\", a local from outside of it that is a %s: only numbers, texts, "
            "booleans and self can be kept",
            name, luaL_typename(L, -1));
}

/* Those of the function on top of the stack. */
static void read_locals(lua_State *L, int self_index, struct value *out)
{
    const char *name;

    value_add(out, "locals", value_table());
    for (int i = 1; (name = lua_getupvalue(L, -1, i)); i++) {
        if (strcmp(name, "_ENV") != 0)
            read_local(L, name, lua_rawequal(L, -1, self_index), out);
        lua_pop(L, 1);
    }
}

void detached_read(lua_State *L, int index, int self_index, struct value *out)
{
    const char *name = library_predicate_name(lua_tocfunction(L, index));
    lua_Debug information;

    if (name) {
        *out = value_text(name);
        return;
    }
    if (lua_iscfunction(L, index))
        script_throw(L, ERROR_SCRIPT, "a function of the library cannot be kept: write one around it");
    luaL_checkstack(L, 4, NULL);
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &information);
    *out = value_table();
    read_source(L, &information, out);
    lua_pushvalue(L, index);
    read_locals(L, self_index, out);
    lua_pop(L, 1);
}

/* ---- Saving ---- */

struct saving {
    const struct script_function *function;
    struct value *out;
};

static void save(lua_State *L, void *context)
{
    const struct saving *saving = context;
    const struct script_function *function = saving->function;

    if (function->self)
        view_push_table(L, function->self);
    else
        lua_pushnil(L);
    *saving->out = value_table();
    value_add(saving->out, keyword, value_text(function->source));
    value_add(saving->out, "line", value_integer(function->first_line));
    lua_rawgeti(L, LUA_REGISTRYINDEX, function->reference);
    read_locals(L, 1, saving->out);
}

bool script_function_save(const struct script_function *function, struct value *out, struct error *err)
{
    struct value saved = value_none();
    struct saving saving = { .function = function, .out = &saved };

    if (!function->detached) {
        *out = value_text(function->source);
        return true;
    }
    if (!script_protect(function->script, save, &saving, function->pointer, err)) {
        value_fini(&saved);
        return false;
    }
    *out = saved;
    return true;
}

/* ---- Putting one together ---- */

struct joining {
    struct script_function *function;
    const struct value *locals;
    const char *self_name; /* NULL: it does not use it */
    struct text declaration;
};

/* "local limit, self " */
static void declare(struct joining *joining)
{
    const struct value *locals = joining->locals;
    struct text *out = &joining->declaration;

    for (size_t i = 0; i < locals->list.count; i++)
        text_format(out, "%s%s", i ? ", " : "local ", locals->list.keys[i]);
    if (joining->self_name)
        text_format(out, "%s%s", locals->list.count ? ", " : "local ", joining->self_name);
    text_add_char(out, ' ');
}

/* Gives the function on top of the stack its locals. */
static void assign(lua_State *L, const struct joining *joining)
{
    const char *name;

    for (int i = 1; (name = lua_getupvalue(L, -1, i)); i++) {
        const struct value *local = value_get(joining->locals, name);

        lua_pop(L, 1);
        if (strcmp(name, "_ENV") == 0)
            continue;
        if (joining->self_name && strcmp(name, joining->self_name) == 0)
            view_push_table(L, joining->function->self);
        else if (local)
            transfer_push(L, local);
        else
            script_throw(L, ERROR_CORRUPT, "a local of the function is missing");
        lua_setupvalue(L, -2, i);
    }
}

static void join(lua_State *L, void *context)
{
    const struct joining *joining = context;

    function_load(L, joining->function, text_bytes(&joining->declaration));
    assign(L, joining);
    function_keep(L, joining->function);
}

static bool corrupt(struct error *err)
{
    RAISE(err, ERROR_CORRUPT, NULL, "a saved function is not readable");
    return false;
}

/* Fills what `saved` says; false when it is not of that form. */
static bool read_saved(const struct value *saved, struct joining *joining, const char **out_source,
                       int64_t *out_line)
{
    const struct value *source, *line, *locals, *self;

    if (saved->kind != VALUE_TABLE)
        return false;
    source = value_get(saved, keyword);
    line = value_get(saved, "line");
    locals = value_get(saved, "locals");
    self = value_get(saved, "self");
    if (!source || source->kind != VALUE_TEXT || !line || line->kind != VALUE_INTEGER || line->integer < 1 ||
        line->integer > SCRIPT_SOURCE_BYTES_MAX || !locals || locals->kind != VALUE_TABLE ||
        (self && self->kind != VALUE_TEXT))
        return false;
    *out_source = source->text;
    *out_line = line->integer;
    joining->locals = locals;
    joining->self_name = self ? self->text : NULL;
    return true;
}

struct script_function *script_function_load(struct script *script, const struct value *saved,
                                             const struct script_table *self, const char *pointer,
                                             struct error *err)
{
    struct joining joining = { .self_name = NULL };
    struct script_function *function;
    const char *source;
    int64_t line;
    bool joined;

    if (saved->kind == VALUE_TEXT)
        return script_function_new(script, saved->text, pointer, err);
    if (!read_saved(saved, &joining, &source, &line) || !source_check(source, err)) {
        corrupt(err);
        return NULL;
    }
    function = joining.function = function_open(script, source, pointer);
    function->text = expression_text_split(source);
    function->first_line = (int)line;
    function->detached = true;
    function->self = self;
    declare(&joining);
    joined = script_protect(script, join, &joining, pointer, err);
    text_fini(&joining.declaration);
    if (joined)
        return function;
    script_function_free(function);
    return NULL;
}
