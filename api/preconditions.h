/* api/preconditions.h -- the conditions of a request on what would be answered (RFC 9110, section 13). */
#ifndef API_PRECONDITIONS_H
#define API_PRECONDITIONS_H

#include "api/request.h"

enum precondition { PRECONDITION_HOLDS, PRECONDITION_NOT_MODIFIED, PRECONDITION_FAILED };

/* Judges a reply with status 200 to GET or HEAD by its ETag and Last-Modified; anything else holds. */
enum precondition preconditions_check(const struct request *request, const struct reply *reply);

/* The part asked for by Range may be sent: there is no If-Range, or it names this version. */
bool precondition_if_range(const struct request *request, const struct reply *reply);

#endif
