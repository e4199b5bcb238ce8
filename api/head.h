/* api/head.h -- judges a request by its header lines alone, before any byte of the body.
 *
 * The HTTP library lets through what two programs may read differently: both length headers, repeated
 * ones, names that end in a blank.  Here all of it is refused. */
#ifndef API_HEAD_H
#define API_HEAD_H

#include "api/problem.h"
#include "api/request.h"

#define HEAD_LENGTH_UNKNOWN UINT64_MAX /* chunked */

struct head {
    bool has_body;           /* a length above 0, or chunked */
    uint64_t content_length; /* HEAD_LENGTH_UNKNOWN when chunked; 0 without a body */
};

/* PROBLEM_NONE, or why the request is refused; the connection is then to be closed.  `out_detail` is a
 * constant. */
enum problem head_check(const char *version, const struct header *headers, size_t count, struct head *out,
                        const char **out_detail);

/* True when the media type of `content_type` is `wanted` (lower case, without parameters). */
bool media_type_is(const char *content_type, const char *wanted);
/* False when the parameter charset names anything but UTF-8. */
bool media_type_is_utf8(const char *content_type);

#endif
