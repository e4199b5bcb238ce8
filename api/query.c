/* api/query.c -- see query.h. */
#include "api/query.h"

#include <string.h>

#include "engine/base/param_text.h"
#include "engine/base/utf8.h"

static const struct param none[] = { PARAM_END };

static int hex_value(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* "a+b%20c" is "a b c".  NULL when the result is not UTF-8. */
static const char *decode(struct arena *arena, const char *raw, size_t length)
{
    char *text = arena_alloc(arena, length + 1);
    size_t used = 0;
    uint32_t character;

    for (size_t i = 0; i < length; i++) {
        text[used++] = raw[i] == '+' ? ' ' : raw[i];
        if (raw[i] == '%') {
            text[used - 1] = (char)(hex_value(raw[i + 1]) * 16 + hex_value(raw[i + 2]));
            i += 2;
        }
    }
    for (size_t at = 0, step; at < used; at += step)
        if ((step = utf8_decode(text + at, used - at, &character)) == 0)
            return NULL;
    return text;
}

/* One "name=value" or "name"; false when it is not UTF-8. */
static bool split(struct arena *arena, const char *raw, size_t length, struct param_text *out)
{
    const char *equals = memchr(raw, '=', length);
    size_t name_length = equals ? (size_t)(equals - raw) : length;

    *out = (struct param_text){ .name = decode(arena, raw, name_length) };
    if (equals)
        out->value = decode(arena, equals + 1, length - name_length - 1);
    return out->name && (out->value || !equals);
}

bool query_bind(const struct param *params, const char *raw, struct arena *arena, void *settings,
                struct error_list *errors)
{
    struct param_text texts[QUERY_PARAMETERS_MAX];
    size_t count = 0;

    while (raw && *raw) {
        size_t length = strcspn(raw, "&");

        if (count == QUERY_PARAMETERS_MAX)
            return REPORT(errors, ERROR_LIMIT, NULL, "there are more than %d query parameters",
                          QUERY_PARAMETERS_MAX);
        if (length > 0 && !split(arena, raw, length, &texts[count++]))
            return REPORT(errors, ERROR_SYNTAX, NULL, "a query parameter is not UTF-8");
        raw += length;
        raw += *raw == '&';
    }
    return param_text_bind(params ? params : none, "query parameter", texts, count, arena, settings, errors);
}
