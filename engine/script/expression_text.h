/* engine/script/expression_text.h -- inside engine/script: an expression, or a function, with one token per
 * line.
 *
 * Lua knows the line of everything that it runs, but no column.  With every token on a line of its own the
 * line tells the token, and so the column in what the user wrote. */
#ifndef ENGINE_SCRIPT_EXPRESSION_TEXT_H
#define ENGINE_SCRIPT_EXPRESSION_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct expression_position {
    int line, column;      /* from 1, columns in characters */
    size_t offset, length; /* of the token in `split` */
    size_t source_offset;  /* of the token in what the user wrote */
};

struct expression_text {
    char *split;                           /* what Lua is given */
    struct expression_position *positions; /* of line i + 1 of `split` */
    size_t line_count;
};

/* `expression` is grammatical Lua, or `return` before it makes it so; the split text starts with that
 * `return`. */
struct expression_text expression_text_split(const char *expression);
/* The line of `split` that holds the token `token`, at or before line `line`; `line` when there is none. */
int expression_text_find(const struct expression_text *text, int line, const char *token);
void expression_text_fini(struct expression_text *text);

/* Whether the expression is a whole chunk by itself: it starts with `return` or `local`. */
bool expression_is_chunk(const char *expression);

/* The token on a line of `split`, counted from 1, is this one. */
bool expression_text_is(const struct expression_text *text, int line, const char *token);

#endif
