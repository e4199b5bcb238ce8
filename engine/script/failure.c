/* engine/script/failure.c -- see failure.h. */
#include "engine/script/failure.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"

struct script_place failure_place(lua_State *L)
{
    const struct script *script = script_of(L);
    struct script_place place = { .line = 0 };
    lua_Debug frame;

    for (int level = 0; level < 4 && place.line <= 0 && lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        place.line = frame.currentline > 0 ? frame.currentline : 0;
    }
    if (place.line && script->locate)
        script->locate(script, frame.source + 1, &place); /* behind the '=' */
    return place;
}

/* Puts the place before the message; false. */
static bool add_place(const struct script_place *place, struct error *err)
{
    if (place->pointer && !err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", place->pointer);
    if (place->column)
        return error_prefix(err, "line %d, column %d", place->line, place->column);
    return place->line ? error_prefix(err, "line %d", place->line) : false;
}

int script_rethrow(lua_State *L, const struct error *err)
{
    struct script *script = script_of(L);

    script->thrown = *err;
    lua_pushlightuserdata(L, &script->thrown);
    return lua_error(L);
}

void script_place_error(lua_State *L, struct error *err)
{
    const struct script_place place = failure_place(L);

    add_place(&place, err);
}

int script_throw_error(lua_State *L, const struct error *err)
{
    struct error placed = *err;

    script_place_error(L, &placed);
    return script_rethrow(L, &placed);
}

int script_throw(lua_State *L, enum error_code code, const char *format, ...)
{
    struct error err;
    char message[sizeof err.message];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    script_clean_text(message);
    RAISE(&err, code, NULL, "%s", message);
    return script_throw_error(L, &err);
}

/* Lua's own messages start with "script:3: "; ours say "line 3: ". */
static bool raise_text(const struct script *script, const char *message, enum error_code code,
                       struct error *err)
{
    struct script_place place = { .line = 0 };
    char text[sizeof err->message], chunk[32];
    int read = 0;

    if (sscanf(message, "%31[^:]:%d: %n", chunk, &place.line, &read) == 2 && read > 0) {
        message += read;
        if (script->locate)
            script->locate(script, chunk, &place);
    } else {
        place.line = 0;
    }
    snprintf(text, sizeof text, "%s", message);
    script_clean_text(text);
    RAISE(err, code, NULL, "%s", text);
    return add_place(&place, err);
}

void script_clean_text(char *text)
{
    const size_t length = strlen(text);

    for (size_t at = 0; at < length;) {
        uint32_t character;
        const size_t bytes = utf8_decode(text + at, length - at, &character);

        if (bytes == 0)
            text[at] = '?';
        else if (character < ' ' || character == 127)
            text[at] = ' ';
        at += bytes ? bytes : 1;
    }
}

bool failure_raise(struct script *script, int status, struct error *err)
{
    lua_State *L = script->lua;

    if (status == LUA_ERRMEM) {
        if (script->refused == LIMIT_TEXT)
            RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "a text of more than %d bytes", SCRIPT_TEXT_BYTES_MAX);
        else
            RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "more than %d MiB of memory were used",
                  SCRIPT_MEMORY_BYTES_MAX >> 20);
        return add_place(&script->refused_place, err);
    }
    if (lua_touserdata(L, -1) == &script->thrown) {
        *err = script->thrown;
        return false; /* The place was put in when it was thrown. */
    }
    if (lua_type(L, -1) == LUA_TSTRING)
        return raise_text(script, lua_tostring(L, -1), ERROR_SCRIPT, err);
    return RAISE(err, ERROR_SCRIPT, NULL, "the error is a %s value, not a text", luaL_typename(L, -1));
}
