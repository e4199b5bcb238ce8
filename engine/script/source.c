/* engine/script/source.c -- see source.h. */
#include "engine/script/source.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/script/state.h"

/* What stands behind a backslash that escapes: "0", "000", "x00" and "u{0}" make a NUL. */
static bool escape_is_nul(const char *escape)
{
    const size_t digits = strspn(escape, "0123456789");

    if (digits > 0) {
        const size_t length = digits < 3 ? digits : 3;

        return strspn(escape, "0") >= length;
    }
    if (escape[0] == 'x')
        return escape[1] == '0' && escape[2] == '0';
    if (escape[0] == 'u' && escape[1] == '{')
        return escape[2] == '0' && escape[2 + strspn(escape + 2, "0")] == '}';
    return false;
}

static bool has_nul_escape(const char *source)
{
    for (const char *at = strchr(source, '\\'); at; at = strchr(at, '\\')) {
        const size_t run = strspn(at, "\\");

        at += run;
        if (run % 2 && escape_is_nul(at))
            return true;
    }
    return false;
}

bool source_check(const char *source, struct error *err)
{
    const size_t length = strnlen(source, SCRIPT_SOURCE_BYTES_MAX + 1);

    if (length > SCRIPT_SOURCE_BYTES_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "a script of more than %d bytes", SCRIPT_SOURCE_BYTES_MAX);
    if (has_nul_escape(source))
        return RAISE(err, ERROR_SYNTAX, NULL, "a script cannot hold the character NUL");
    return true;
}

const char *source_long_bracket_end(const char *at)
{
    const size_t level = strspn(at + 1, "=");
    const char *end;

    if (at[0] != '[' || at[1 + level] != '[')
        return NULL;
    for (end = strchr(at + level + 2, ']'); end; end = strchr(end + 1, ']'))
        if (strspn(end + 1, "=") == level && end[1 + level] == ']')
            return end + level + 2;
    return at + strlen(at);
}

/* Behind "--": the rest of the line, or a bracket. */
static const char *skip_comment(const char *at)
{
    const char *end = *at == '[' ? source_long_bracket_end(at) : NULL;

    return end ? end : at + strcspn(at, "\r\n");
}

const char *source_first_token(const char *source, size_t *out_length)
{
    size_t length = 0;

    for (;;) {
        source += strspn(source, " \t\r\n\v\f");
        if (strncmp(source, "--", 2) != 0)
            break;
        source = skip_comment(source + 2);
    }
    while (isalnum((unsigned char)source[length]) || source[length] == '_')
        length++;
    *out_length = length || !*source ? length : 1;
    return source;
}

struct chunk {
    const char *parts[2];
    size_t next;
};

static const char *read_chunk(lua_State *L, void *context, size_t *out_bytes)
{
    struct chunk *chunk = context;

    (void)L;
    while (chunk->next < COUNT(chunk->parts)) {
        const char *part = chunk->parts[chunk->next++];

        *out_bytes = strlen(part);
        if (*out_bytes > 0)
            return part;
    }
    *out_bytes = 0;
    return NULL;
}

void source_load(lua_State *L, const char *name, const char *before, const char *source)
{
    struct chunk chunk = { .parts = { before, source } };
    const int status = lua_load(L, read_chunk, &chunk, name, "t");
    int line = 0, read = 0;
    const char *message;
    struct error err;

    if (status == LUA_OK)
        return;
    if (status != LUA_ERRSYNTAX)
        lua_error(L);
    message = lua_tostring(L, -1);
    if (sscanf(message, "%*[^:]:%d: %n", &line, &read) == 1 && read > 0)
        RAISE(&err, ERROR_SYNTAX, NULL, "line %d: %s", line, message + read);
    else
        RAISE(&err, ERROR_SYNTAX, NULL, "%s", message);
    script_clean_text(err.message);
    script_rethrow(L, &err);
}
