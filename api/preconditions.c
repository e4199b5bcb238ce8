/* api/preconditions.c -- see preconditions.h. */
#include "api/preconditions.h"

#include <string.h>

#include "api/etag.h"
#include "api/http_date.h"

/* False when there is no such header, or none that is a date: then the condition is passed over. */
static bool read_dates(const struct request *request, const char *name, const struct reply *reply,
                       int64_t *out_given, int64_t *out_modified)
{
    const char *given = request_header(request, name);
    const char *modified = reply_header_value(reply, "Last-Modified");

    return given && modified && http_date_read(given, out_given) && http_date_read(modified, out_modified);
}

static bool is_unmodified_since(const struct request *request, const char *name, const struct reply *reply,
                                bool otherwise)
{
    int64_t given, modified;

    return read_dates(request, name, reply, &given, &modified) ? modified <= given : otherwise;
}

/* A tag decides where there is one; dates are for clients that have nothing better. */
enum precondition preconditions_check(const struct request *request, const struct reply *reply)
{
    const char *etag = reply_header_value(reply, "ETag");
    const char *match = request_header_list(request, "If-Match");
    const char *none_match = request_header_list(request, "If-None-Match");
    bool same;

    if (reply->status != 200 || !etag || (request->method != METHOD_GET && request->method != METHOD_HEAD))
        return PRECONDITION_HOLDS;
    if (match ? !etag_list_has_strong(match, etag)
              : !is_unmodified_since(request, "If-Unmodified-Since", reply, true))
        return PRECONDITION_FAILED;
    same = none_match ? etag_list_has_weak(none_match, etag)
                      : is_unmodified_since(request, "If-Modified-Since", reply, false);
    return same ? PRECONDITION_NOT_MODIFIED : PRECONDITION_HOLDS;
}

bool precondition_if_range(const struct request *request, const struct reply *reply)
{
    const char *given = request_header(request, "If-Range");
    const char *modified = reply_header_value(reply, "Last-Modified");

    return if_range_holds(given, reply_header_value(reply, "ETag")) ||
           (modified && strcmp(given, modified) == 0);
}
