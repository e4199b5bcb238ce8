/* api/endpoint.c -- see endpoint.h. */
#include "api/endpoint.h"

#include "api/etag.h"

enum { POOL_WAIT_MS = 500 };

void endpoint_with_db(struct request *request, struct reply *reply, db_handler_fn *handle)
{
    struct error err = { 0 };
    struct db *db = db_pool_take(request->service->pool, POOL_WAIT_MS, &err);

    if (!db) {
        reply_problem(request, reply, PROBLEM_OVERLOADED, "The service is busy; try again later.");
        return;
    }
    handle(request, reply, db);
    db_pool_give(request->service->pool, db);
}

bool endpoint_stored(const struct request *request, struct reply *reply, enum store_result result,
                     const char *what, const struct error *err)
{
    switch (result) {
    case STORE_OK:
        return true;
    case STORE_NONE:
        reply_problem(request, reply, PROBLEM_NOT_FOUND, "There is no such %s.", what);
        return false;
    case STORE_CONFLICT:
        reply_problem(request, reply, PROBLEM_CONFLICT_STATE, "The state of this %s does not permit it.",
                      what);
        return false;
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        reply_error(request, reply, err);
        return false;
    }
    return false;
}

void endpoint_tag_body(const struct request *request, struct reply *reply)
{
    reply_header(reply, "ETag", etag_of(request->arena, text_bytes(&reply->body), reply->body.length));
}

bool endpoint_if_match(const struct request *request, struct reply *reply, const char *etag)
{
    const char *wanted = request_header_list(request, "If-Match");

    if (!wanted || etag_list_has_strong(wanted, etag))
        return true;
    reply_problem(request, reply, PROBLEM_PRECONDITION_FAILED, "If-Match names another version.");
    return false;
}

void endpoint_end_json(struct reply *reply)
{
    text_add(&reply->body, "}\n");
}

unsigned endpoint_wait_ms(double wait_s)
{
    return wait_s > 0 ? (unsigned)(wait_s * 1000) : 0;
}
