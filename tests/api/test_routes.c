/* tests/api/test_routes.c -- see test_routes.h. */
#include "tests/api/test_routes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/json_writer.h"
#include "api/problem.h"

struct query {
    int64_t limit;
    const char *name;
};

static const struct param query_params[] = {
    PARAM(query, limit, INTEGER, .min = 1, .max = 10, .preset = "5", .about = "How many."),
    PARAM(query, name, TEXT, .about = "Which."),
    PARAM_END,
};

static void hello(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
    reply->content_type = "text/plain";
    reply_header(reply, "ETag", "\"v1\"");
    text_add(&reply->body, "hello\n");
}

static void query(struct request *request, struct reply *reply)
{
    const struct query *given = request->query;

    reply->status = 200;
    json_open(&reply->body, NULL, '{');
    json_integer(&reply->body, "limit", given->limit);
    json_text(&reply->body, "name", given->name);
    json_close(&reply->body, '}');
}

static void echo(struct request *request, struct reply *reply)
{
    reply->status = 200;
    text_add_n(&reply->body, request->body, request->body_bytes);
}

static void upload(struct request *request, struct reply *reply)
{
    struct stat found = { 0 };

    reply->status = stat(request->body_path, &found) == 0 ? 201 : 500;
    text_format(&reply->body, "%lld %zu", (long long)found.st_size, request->body_bytes);
}

static void lengthy(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
    for (int i = 0; i < 1000; i++)
        text_format(&reply->body, "%d ", i);
}

static void file(struct request *request, struct reply *reply)
{
    char path[] = "/tmp/kiln-test-XXXXXX";

    (void)request;
    reply->file_descriptor = mkstemp(path);
    unlink(path);
    reply->status = write(reply->file_descriptor, "0123456789", 10) == 10 ? 200 : 500;
    reply->file_bytes = 10;
    reply->content_type = "application/x-tar";
    reply_header(reply, "ETag", "\"sha256-abc\"");
    reply_header(reply, "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    reply_header(reply, "Cache-Control", "private, immutable");
}

static void wait(struct request *request, struct reply *reply)
{
    if (!request->last_call) {
        reply_wait(reply, request->path_values[0], strcmp(request->path_values[0], "soon") == 0 ? 50 : 20000);
        return;
    }
    reply->status = 200;
    text_add(&reply->body, "{}");
}

static void slow(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
    text_add(&reply->body, "\"slow\"");
}

static void broken(struct request *request, struct reply *reply)
{
    struct error err;

    RAISE(&err, ERROR_INTERNAL, NULL, "secret");
    reply_error(request, reply, &err);
}

const struct route test_routes[] = {
    { METHOD_GET, "/hello", hello, .produces = (const char *const[]){ "text/plain", NULL },
      .about = "Says hello." },
    { METHOD_GET, "/open", hello, .produces = (const char *const[]){ "text/plain", NULL }, .open = true,
      .about = "Says hello to strangers." },
    { METHOD_GET, "/query", query, query_params, sizeof(struct query), .about = "Shows the query." },
    { METHOD_POST, "/echo", echo, .body = BODY_JSON, .body_bytes_max = 100, .about = "Sends the body back." },
    { METHOD_POST, "/maybe", echo, .body = BODY_JSON_OPTIONAL, .body_bytes_max = 100, .about = "The same." },
    { METHOD_PUT, "/upload", upload, .body = BODY_FILE, .body_bytes_max = 1 << 20,
      .about = "Measures a file." },
    { METHOD_GET, "/long", lengthy, .about = "A long text." },
    { METHOD_GET, "/file", file, .produces = (const char *const[]){ "application/x-tar", NULL },
      .about = "A file." },
    { METHOD_GET, "/wait/{name}", wait, .about = "Waits." },
    { METHOD_GET, "/slow", slow, .slow = true, .about = "Takes its time." },
    { METHOD_GET, "/broken", broken, .about = "Fails." },
    { 0 },
};
