/* engine/script/expression_text.c -- see expression_text.h. */
#include "engine/script/expression_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/script/source.h"

static const char *quoted_end(const char *at)
{
    const char quote = *at++;

    while (*at && *at != quote)
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : at;
}

static const char *word_end(const char *at)
{
    while (isalnum((unsigned char)*at) || *at == '_')
        at++;
    return at;
}

/* As Lua reads numerals: everything that could belong to one. */
static const char *numeral_end(const char *at)
{
    const char *const exponents = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') ? "pP" : "eE";

    for (;;) {
        if (*at && strchr(exponents, *at) && (at[1] == '+' || at[1] == '-'))
            at += 2;
        else if (isalnum((unsigned char)*at) || *at == '.')
            at++;
        else
            return at;
    }
}

static const char *token_end(const char *at)
{
    static const char *const symbols[] = { "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>" };
    const char *end = *at == '[' ? source_long_bracket_end(at) : NULL;

    if (end)
        return end;
    if (*at == '"' || *at == '\'')
        return quoted_end(at);
    if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
        return numeral_end(at);
    if (isalpha((unsigned char)*at) || *at == '_')
        return word_end(at);
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
        if (!strncmp(at, symbols[i], strlen(symbols[i])))
            return at + strlen(symbols[i]);
    return at + 1;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Moves over [at, end), counting lines as Lua does: "\r\n" and "\n\r" are one. */
static void advance(const char *at, const char *end, struct expression_position *position)
{
    while (at < end) {
        if (is_line_end(*at)) {
            at += at + 1 < end && is_line_end(at[1]) && at[1] != at[0] ? 2 : 1;
            position->line++;
            position->column = 1;
            continue;
        }
        position->column += ((unsigned char)*at & 0xC0) != 0x80; /* continuation bytes are no characters */
        at++;
    }
}

static void add_line(struct expression_text *text, struct expression_position position)
{
    text->positions = memory_grow(text->positions, text->line_count + 1, sizeof *text->positions);
    text->positions[text->line_count++] = position;
}

bool expression_is_chunk(const char *expression)
{
    size_t length;
    const char *token = source_first_token(expression, &length);

    return (length == 6 && !strncmp(token, "return", 6)) || (length == 5 && !strncmp(token, "local", 5));
}

struct expression_text expression_text_split(const char *expression)
{
    struct expression_text text = { .line_count = 0 };
    struct expression_position position = { .line = 1, .column = 1 };
    struct text split = { 0 };
    const char *at = expression;

    if (!expression_is_chunk(expression)) {
        text_add(&split, "return\n");
        add_line(&text, position);
    }
    for (;;) {
        size_t length;
        const char *token = source_first_token(at, &length), *end;
        int lines;

        advance(at, token, &position);
        if (!*token)
            break;
        end = token_end(token);
        position.offset = split.length;
        position.source_offset = (size_t)(token - expression);
        position.length = (size_t)(end - token);
        text_add_n(&split, token, position.length);
        text_add_char(&split, '\n');
        add_line(&text, position);
        lines = position.line;
        advance(token, end, &position);
        for (; lines < position.line; lines++)
            add_line(&text, position); /* a text over several lines: its end stands for them */
        at = end;
    }
    text.split = text_take(&split);
    return text;
}

bool expression_text_is(const struct expression_text *text, int line, const char *token)
{
    const size_t length = strlen(token);
    const struct expression_position *position = &text->positions[line - 1];

    return position->length == length && !strncmp(text->split + position->offset, token, length);
}

int expression_text_find(const struct expression_text *text, int line, const char *token)
{
    for (int i = line; i >= 1; i--)
        if (expression_text_is(text, i, token))
            return i;
    return line;
}

void expression_text_fini(struct expression_text *text)
{
    free(text->split);
    free(text->positions);
    *text = (struct expression_text){ .line_count = 0 };
}
