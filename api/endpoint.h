/* api/endpoint.h -- what endpoints have in common. */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "api/problem.h"
#include "api/request.h"
#include "api/service.h"

/* Runs `handle` with a connection of the pool; replies 503 when there is none. */
typedef void db_handler_fn(struct request *request, struct reply *reply, struct db *db);
void endpoint_with_db(struct request *request, struct reply *reply, db_handler_fn *handle);

/* True for STORE_OK; otherwise the reply is filled in: 404 "There is no such `what`.", 409, or by the error.
 */
bool endpoint_stored(const struct request *request, struct reply *reply, enum store_result result,
                     const char *what, const struct error *err);

/* The entity tag of the reply's body as it stands, as a header: for replies other than 200 to GET, which get
 * one anyway. */
void endpoint_tag_body(const struct request *request, struct reply *reply);
/* False, with 412 filled in, when If-Match asks for another version than `etag`. */
bool endpoint_if_match(const struct request *request, struct reply *reply, const char *etag);

/* Ends a body: "}" and a line end for terminals. */
void endpoint_end_json(struct reply *reply);

/* Milliseconds of a ?wait=SECONDS. */
enum { WAIT_S_MAX = 60 };
unsigned endpoint_wait_ms(double wait_s);

#endif
