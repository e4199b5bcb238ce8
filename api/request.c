/* api/request.c -- see request.h. */
#include "api/request.h"

#include <assert.h>

void reply_header(struct reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < REPLY_HEADERS_MAX);
    reply->headers[reply->header_count++] = (struct reply_header){ name, value };
}
