/* api/reply_finish.c -- see reply_finish.h. */
#include "api/reply_finish.h"

#include <inttypes.h>
#include <unistd.h>

#include "api/etag.h"
#include "api/problem.h"
#include "api/range.h"

static void drop_body(struct reply *reply)
{
    text_clear(&reply->body);
    if (reply->file_descriptor >= 0)
        close(reply->file_descriptor);
    reply->file_descriptor = -1;
    reply->content_type = NULL;
}

/* The client has it already. */
static bool not_modified(const struct request *request, const struct reply *reply)
{
    const char *etag = reply_header_value(reply, "ETag");
    const char *none_match = request_header(request, "If-None-Match");

    return reply->status == 200 && etag && none_match &&
           (request->method == METHOD_GET || request->method == METHOD_HEAD) &&
           etag_list_has_weak(none_match, etag);
}

static void cut_range(const struct request *request, struct reply *reply)
{
    const char *range = request->method == METHOD_GET ? request_header(request, "Range") : NULL;
    uint64_t whole = reply->file_bytes, first = 0, bytes = 0;

    reply_header(reply, "Accept-Ranges", "bytes");
    if (!if_range_holds(request_header(request, "If-Range"), reply_header_value(reply, "ETag")))
        return;
    switch (range_parse(range, whole, &first, &bytes)) {
    case RANGE_WHOLE:
        return;
    case RANGE_PART:
        reply->status = 206;
        reply->file_offset += first;
        reply->file_bytes = bytes;
        reply_header(reply, "Content-Range",
                     arena_format(request->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first,
                                  first + bytes - 1, whole));
        return;
    case RANGE_UNSATISFIABLE:
        drop_body(reply);
        reply_problem(request, reply, PROBLEM_RANGE_NOT_SATISFIABLE, "There are %" PRIu64 " bytes.", whole);
        reply_header(reply, "Content-Range", arena_format(request->arena, "bytes */%" PRIu64, whole));
        return;
    }
}

void reply_finish(const struct request *request, struct reply *reply)
{
    if (not_modified(request, reply)) {
        drop_body(reply);
        reply->status = 304;
    } else if (reply->file_descriptor >= 0 && reply->status == 200) {
        cut_range(request, reply);
    }
    if (!reply->content_type && reply->body.length > 0)
        reply->content_type = "application/json";
    if (reply->content_type)
        reply_header(reply, "Content-Type", reply->content_type);
    if (reply->status >= 400 || !reply_header_value(reply, "Cache-Control"))
        reply_header(reply, "Cache-Control", "no-store");
    reply_header(reply, "X-Request-Id", request->request_id);
    reply_header(reply, "X-Content-Type-Options", "nosniff");
    if (reply->close)
        reply_header(reply, "Connection", "close");
}
