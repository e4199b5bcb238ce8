/* tests/fuzz/request.c -- any head and body at the door of the API.
 *
 * The input is "METHOD TARGET", header lines, an empty line, a body.  Whatever it is, there is a reply with a
 * status that HTTP knows; errors are problem documents that are JSON and repeat their status; ranges lie
 * within the file. */
#include <cjson/cJSON.h>
#include <string.h>

#include "api/exchange.h"
#include "tests/api/test_routes.h"
#include "tests/fuzz/fuzz.h"

enum { HEADERS_MAX = 16, FILE_BYTES = 10, INPUT_BYTES_MAX = 16384 };

/* Cuts the first line off; NULL at the empty line and at the end. */
static char *next_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');

    if (*line == '\0' || *line == '\n') {
        *rest += *line == '\n';
        return NULL;
    }
    *rest = end ? end + 1 : line + strlen(line);
    if (end)
        *end = '\0';
    return line;
}

static size_t read_headers(char **rest, struct header headers[HEADERS_MAX])
{
    size_t count = 0;
    char *line;

    while ((line = next_line(rest))) {
        char *colon = strchr(line, ':');

        if (!colon || count == HEADERS_MAX)
            continue;
        *colon = '\0';
        headers[count++] = (struct header){ line, colon + 1 + strspn(colon + 1, " ") };
    }
    return count;
}

static void check_reply(const struct reply *reply)
{
    const char *type = reply_header_value(reply, "Content-Type");

    FUZZ_CHECK(reply->status >= 200 && reply->status < 600);
    FUZZ_CHECK(reply_header_value(reply, "X-Request-Id") && reply_header_value(reply, "Cache-Control"));
    if (reply->file_descriptor >= 0)
        FUZZ_CHECK(reply->file_offset + reply->file_bytes <= FILE_BYTES);
    if (reply->status >= 400) {
        cJSON *json = cJSON_Parse(text_bytes(&reply->body));

        FUZZ_CHECK(json && type && strcmp(type, "application/problem+json") == 0);
        FUZZ_CHECK(cJSON_GetObjectItemCaseSensitive(json, "status")->valuedouble == reply->status);
        cJSON_Delete(json);
    }
}

static void exchange(const char *method, const char *target, const struct header *headers, size_t count,
                     const char *body)
{
    static const struct exchange_context context = { .routes = test_routes, .upload_folder = "/tmp" };
    struct exchange *exchange = exchange_open(&context, target);

    if (exchange_begin(exchange, method, "HTTP/1.1", headers, count) &&
        exchange_body(exchange, body, strlen(body)) && !exchange_run(exchange, false))
        FUZZ_CHECK(exchange_run(exchange, true));
    check_reply(&exchange->reply);
    exchange_close(exchange);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct header headers[HEADERS_MAX];
    char *input, *rest, *line, *space;

    if (size > INPUT_BYTES_MAX)
        return 0;
    input = malloc(size + 1);
    memcpy(input, data, size);
    input[size] = '\0';
    rest = input;
    line = next_line(&rest);
    space = line ? strchr(line, ' ') : NULL;
    if (space) {
        size_t count = read_headers(&rest, headers);

        *space = '\0';
        exchange(line, space + 1, headers, count, rest);
    }
    free(input);
    return 0;
}
