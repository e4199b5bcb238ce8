/* api/reply_finish.c -- see reply_finish.h. */
#include "api/reply_finish.h"

#include <inttypes.h>
#include <unistd.h>

#include "api/accept.h"
#include "api/etag.h"
#include "api/preconditions.h"
#include "api/problem.h"
#include "api/range.h"
#include "engine/data/gzip.h"

enum { GZIP_BYTES_MIN = 1025 };

static void drop_body(struct reply *reply)
{
    text_clear(&reply->body);
    if (reply->file_descriptor >= 0)
        close(reply->file_descriptor);
    reply->file_descriptor = -1;
    reply->content_type = NULL;
}

/* A problem instead of what was there, none of whose headers fits any more. */
static void replace_by_problem(const struct request *request, struct reply *reply, enum problem problem,
                               const char *detail)
{
    bool close_connection = reply->close;

    reply_fini(reply);
    reply->close = close_connection;
    reply_problem(request, reply, problem, "%s", detail);
}

static void cut_range(const struct request *request, struct reply *reply)
{
    const char *range = request->method == METHOD_GET ? request_header(request, "Range") : NULL;
    struct arena *arena = request->arena;
    uint64_t whole = reply->file_bytes, first = 0, bytes = 0;

    reply_header(reply, "Accept-Ranges", "bytes");
    if (!precondition_if_range(request, reply))
        return;
    switch (range_parse(range, whole, &first, &bytes)) {
    case RANGE_WHOLE:
        return;
    case RANGE_PART:
        reply->status = 206;
        reply->file_offset += first;
        reply->file_bytes = bytes;
        reply_header(
            reply, "Content-Range",
            arena_format(arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, first + bytes - 1, whole));
        return;
    case RANGE_UNSATISFIABLE:
        replace_by_problem(request, reply, PROBLEM_RANGE_NOT_SATISFIABLE,
                           arena_format(arena, "There are %" PRIu64 " bytes.", whole));
        reply_header(reply, "Accept-Ranges", "bytes");
        reply_header(reply, "Content-Range", arena_format(arena, "bytes */%" PRIu64, whole));
        return;
    }
}

/* What is read has a tag, unless its endpoint knows a better one. */
static void tag(const struct request *request, struct reply *reply)
{
    bool read = request->method == METHOD_GET || request->method == METHOD_HEAD;

    if (read && reply->status == 200 && reply->file_descriptor < 0 && !reply_header_value(reply, "ETag"))
        reply_header(reply, "ETag", etag_of(request->arena, text_bytes(&reply->body), reply->body.length));
}

/* True when the body is to be packed; files never are. */
static bool choose_coding(const struct request *request, struct reply *reply)
{
    const char *etag = reply_header_value(reply, "ETag");

    if (reply->file_descriptor >= 0 || reply->body.length < GZIP_BYTES_MIN)
        return false;
    reply_header(reply, "Vary", "Accept-Encoding");
    if (!accept_gzip(request_header_list(request, "Accept-Encoding")))
        return false;
    if (etag)
        reply_header(reply, "ETag", etag_gzip(request->arena, etag));
    return true;
}

static void pack(struct reply *reply)
{
    struct text packed = { 0 };

    if (!gzip_pack(reply->body.bytes, reply->body.length, &packed))
        return;
    text_fini(&reply->body);
    reply->body = packed;
    reply_header(reply, "Content-Encoding", "gzip");
}

static void apply_conditions(const struct request *request, struct reply *reply)
{
    switch (preconditions_check(request, reply)) {
    case PRECONDITION_HOLDS:
        if (reply->file_descriptor >= 0 && reply->status == 200)
            cut_range(request, reply);
        return;
    case PRECONDITION_NOT_MODIFIED:
        drop_body(reply);
        reply->status = 304;
        return;
    case PRECONDITION_FAILED:
        replace_by_problem(request, reply, PROBLEM_PRECONDITION_FAILED, "It is another version.");
        return;
    }
}

static void add_common_headers(const struct request *request, struct reply *reply)
{
    if (!reply->content_type && reply->body.length > 0)
        reply->content_type = "application/json";
    if (reply->content_type)
        reply_header(reply, "Content-Type", reply->content_type);
    if (reply->status >= 400 || !reply_header_value(reply, "Cache-Control"))
        reply_header(reply, "Cache-Control", "no-store");
    reply_header(reply, "X-Request-Id", request->request_id);
    if (request->traceparent)
        reply_header(reply, "traceparent", request->traceparent);
    reply_header(reply, "X-Content-Type-Options", "nosniff");
    if (reply->close)
        reply_header(reply, "Connection", "close");
}

void reply_finish(const struct request *request, struct reply *reply)
{
    bool packs;

    tag(request, reply);
    packs = choose_coding(request, reply);
    apply_conditions(request, reply);
    add_common_headers(request, reply);
    if (packs && reply->body.length >= GZIP_BYTES_MIN)
        pack(reply);
}
