/* api/problem.h -- replies that say what is wrong: RFC 9457 problem documents.
 *
 * One table holds every type: its name (the end of `type`), its status, its title.  docs/problems.md
 * describes them.  Texts are for people outside: no SQL, no file paths, no bytes of the request that
 * were not checked. */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "api/request.h"
#include "engine/base/error.h"

enum problem {
    PROBLEM_NONE,
    PROBLEM_MALFORMED_REQUEST,
    PROBLEM_EXPECTATION, /* malformed-request as well, with 417 */
    PROBLEM_MALFORMED_JSON,
    PROBLEM_INVALID_PARAMETER,
    PROBLEM_UNAUTHENTICATED,
    PROBLEM_FORBIDDEN,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_NOT_ACCEPTABLE,
    PROBLEM_REQUEST_TIMEOUT,
    PROBLEM_CONFLICT_STATE,
    PROBLEM_IDEMPOTENCY_IN_PROGRESS,
    PROBLEM_PRECONDITION_FAILED,
    PROBLEM_PAYLOAD_TOO_LARGE,
    PROBLEM_URI_TOO_LONG,
    PROBLEM_UNSUPPORTED_MEDIA_TYPE,
    PROBLEM_UNSUPPORTED_ENCODING,
    PROBLEM_RANGE_NOT_SATISFIABLE,
    PROBLEM_VALIDATION_FAILED,
    PROBLEM_CHECKSUM_MISMATCH,
    PROBLEM_IDEMPOTENCY_MISMATCH,
    PROBLEM_QUOTA_EXCEEDED,
    PROBLEM_RATE_LIMITED,
    PROBLEM_INTERNAL,
    PROBLEM_STORED_CHECKSUM, /* checksum-mismatch of what we stored ourselves, with 500 */
    PROBLEM_NOT_IMPLEMENTED,
    PROBLEM_OVERLOADED,
    PROBLEM_STORAGE_UNAVAILABLE,
    PROBLEM_INSUFFICIENT_STORAGE,
    PROBLEM_COUNT
};

struct problem_type {
    const char *name; /* "not-found" */
    unsigned status;
    const char *title;
};

const struct problem_type *problem_type(enum problem problem);
enum problem problem_of_error(enum error_code code);

/* Fills the reply with a problem document.  `detail` is a sentence. */
void reply_problem(const struct request *request, struct reply *reply, enum problem problem,
                   const char *detail, ...) PRINTF_LIKE(4, 5);

/* The same in two steps, for problems with members of their own, which are written to the body in between. */
void reply_problem_begin(const struct request *request, struct reply *reply, enum problem problem,
                         const char *detail);
void reply_problem_end(struct reply *reply);

/* The problem that fits the error's code.  What clients cannot repair (a defect, a broken disk, the database
 * being away) gets a fixed text; the error itself stays in reply->cause, for the server's log. */
void reply_error(const struct request *request, struct reply *reply, const struct error *err);

/* All that is wrong with a document, which `document` names in the title ("definition"). */
void reply_errors(const struct request *request, struct reply *reply, enum problem problem,
                  const char *document, const struct error_list *errors);

#endif
