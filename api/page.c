/* api/page.c -- see page.h. */
#include "api/page.h"

#include <string.h>

#include "api/json_writer.h"

void page_open(struct reply *reply)
{
    reply->status = 200;
    json_open(&reply->body, NULL, '{');
    json_open(&reply->body, "items", '[');
}

/* The query as it came, but for its `parameter`. */
static void add_query(struct text *out, const char *query, const char *parameter)
{
    size_t name = strlen(parameter);

    while (query && *query) {
        size_t length = strcspn(query, "&");

        if (length > 0 && (strncmp(query, parameter, name) != 0 || query[name] != '=')) {
            text_add_n(out, query, length);
            text_add_char(out, '&');
        }
        query += length;
        query += *query == '&';
    }
}

void page_close(const struct request *request, struct reply *reply, const char *cursor)
{
    page_close_as(request, reply, "cursor", cursor);
}

void page_close_as(const struct request *request, struct reply *reply, const char *parameter,
                   const char *cursor)
{
    struct text link = { 0 };

    json_close(&reply->body, ']');
    json_text(&reply->body, "next", cursor);
    text_add(&reply->body, "}\n");
    if (!cursor)
        return;
    text_format(&link, "<%s?", request->path);
    add_query(&link, request->query_text, parameter);
    text_format(&link, "%s=%s>; rel=\"next\"", parameter, cursor);
    reply_header(reply, "Link", arena_text(request->arena, text_bytes(&link)));
    text_fini(&link);
}
