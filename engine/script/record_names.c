/* engine/script/record_names.c -- see record_names.h. */
#include "engine/script/record_names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/value.h"
#include "engine/script/expression_text.h"

enum { NAME_BYTES = 128, ALIASES_MAX = 16 };

struct search {
    struct expression_text text;
    int count; /* of tokens; token i is on line i + 1 */
    script_record_fn *each;
    void *context;
    bool others;
    char aliases[ALIASES_MAX][NAME_BYTES]; /* that have been followed to the end */
    int alias_count;
};

static bool is(const struct search *search, int token, const char *what)
{
    return token >= 0 && token < search->count && expression_text_is(&search->text, token + 1, what);
}

static bool is_any(const struct search *search, int token, const char *const *what)
{
    for (; *what; what++)
        if (is(search, token, *what))
            return true;
    return false;
}

static const char *token_text(const struct search *search, int token, size_t *out_length)
{
    const struct expression_position *position = &search->text.positions[token];

    *out_length = position->length;
    return search->text.split + position->offset;
}

/* False when the token is no name, or too long a one. */
static bool read_name(const struct search *search, int token, char out[NAME_BYTES])
{
    size_t length;
    const char *text;

    if (token < 0 || token >= search->count)
        return false;
    text = token_text(search, token, &length);
    if (length >= NAME_BYTES || !(isalpha((unsigned char)text[0]) || text[0] == '_'))
        return false;
    snprintf(out, NAME_BYTES, "%.*s", (int)length, text);
    return true;
}

/* A quoted text without escapes, not an empty one. */
static bool read_quoted(const struct search *search, int token, char out[NAME_BYTES])
{
    size_t length;
    const char *text;

    if (token >= search->count)
        return false;
    text = token_text(search, token, &length);
    if (length < 3 || length >= NAME_BYTES || (text[0] != '\'' && text[0] != '"') ||
        memchr(text, '\\', length))
        return false;
    snprintf(out, NAME_BYTES, "%.*s", (int)length - 2, text + 1);
    return true;
}

/* What is done with the row that ends at `token`. */
static void follow_member(struct search *search, int token)
{
    char name[NAME_BYTES];
    int behind;

    if (is(search, token + 1, ".") && read_name(search, token + 2, name)) {
        behind = token + 3;
    } else if (is(search, token + 1, "[") && read_quoted(search, token + 2, name) &&
               is(search, token + 3, "]")) {
        behind = token + 4;
    } else {
        search->others = true;
        return;
    }
    /* In front of a comma it may be one of several that are assigned. */
    search->each(search->context, name, is(search, behind, "=") || is(search, behind, ","));
}

/* The name of the local that is made of the row at `token`; false when it is used in another way. */
static bool read_alias(const struct search *search, int token, char out[NAME_BYTES])
{
    while (is(search, token - 1, ".") || is(search, token - 1, ":"))
        token -= 2;
    return is(search, token - 1, "=") && read_name(search, token - 2, out) && is(search, token - 3, "local");
}

/* The local is only looked at: `if row then`, `row and row.cost`. */
static bool is_looked_at(const struct search *search, int token)
{
    static const char *const harmless[] = { "and", "or", "then", "==", "~=", NULL };

    return is_any(search, token + 1, harmless);
}

/* A local of a name that was followed before is part of that. */
static void follow_alias(struct search *search, const char *alias, int from)
{
    static const char *const elsewhere[] = { ".", ":", "local", NULL }; /* a member, or made anew */

    for (int i = 0; i < search->alias_count; i++)
        if (strcmp(search->aliases[i], alias) == 0)
            return;
    if (search->alias_count == ALIASES_MAX) {
        search->others = true;
        return;
    }
    snprintf(search->aliases[search->alias_count++], NAME_BYTES, "%s", alias);
    for (int i = from; i < search->count; i++)
        if (is(search, i, alias) && !is_any(search, i - 1, elsewhere) && !is_looked_at(search, i))
            follow_member(search, i);
}

bool script_records_each(const char *source, script_record_fn *each, void *context)
{
    struct search search = { .text = expression_text_split(source), .each = each, .context = context };
    char alias[NAME_BYTES];

    search.count = (int)search.text.line_count;
    for (int i = 0; i < search.count; i++) {
        if (!is(&search, i, "current_row"))
            continue;
        if (read_alias(&search, i, alias) && !is(&search, i + 1, ".") && !is(&search, i + 1, "["))
            follow_alias(&search, alias, i + 1);
        else
            follow_member(&search, i);
    }
    expression_text_fini(&search.text);
    return search.others;
}
