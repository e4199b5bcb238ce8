/* tests/api/call.c -- see call.h. */
#include "tests/api/call.h"

#include <check.h>
#include <string.h>

/* Splits "Name: value"; the texts live in the exchange. */
static void add_header(struct exchange *exchange, struct header *out, const char *line)
{
    const char *colon = strchr(line, ':');

    ck_assert_ptr_nonnull(colon);
    out->name = arena_text_n(&exchange->arena, line, (size_t)(colon - line));
    out->value = arena_text(&exchange->arena, colon + 1 + strspn(colon + 1, " "));
}

struct exchange *call_bytes(const struct exchange_context *context, const char *line,
                            const char *const *headers, const char *body, size_t length)
{
    const char *space = strchr(line, ' ');
    struct exchange *exchange = exchange_open(context, space + 1);
    struct header *list = arena_array(&exchange->arena, CALL_HEADERS_MAX, sizeof(*list));
    size_t count = 0;

    for (; headers && headers[count]; count++) {
        ck_assert_uint_lt(count, CALL_HEADERS_MAX - 1);
        add_header(exchange, &list[count], headers[count]);
    }
    if (body)
        list[count++] = (struct header){ "Content-Length", arena_format(&exchange->arena, "%zu", length) };
    if (!exchange_begin(exchange, arena_text_n(&exchange->arena, line, (size_t)(space - line)), "HTTP/1.1",
                        list, count))
        return exchange;
    if (body)
        ck_assert(exchange_body(exchange, body, length));
    if (!exchange_run(exchange, false))
        ck_assert(exchange_run(exchange, true));
    return exchange;
}

struct exchange *call(const struct exchange_context *context, const char *line, const char *const *headers,
                      const char *body)
{
    return call_bytes(context, line, headers, body, body ? strlen(body) : 0);
}
