/* api/exchange.h -- one request on its way to its reply, without sockets.
 *
 *   exchange_open    with the raw target, as soon as it is known
 *   exchange_begin   with method and headers: checks, route, query; false: the reply is there already
 *   exchange_body    with each piece of the body
 *   exchange_run     calls the handler: true when the reply is ready, false when it wants to wait
 *   exchange_close
 *
 * An exchange is used by one thread at a time. */
#ifndef API_EXCHANGE_H
#define API_EXCHANGE_H

#include "api/body.h"
#include "api/request.h"
#include "api/router.h"

/* What all exchanges share; constant while any is open. */
struct exchange_context {
    struct service *service;
    const struct route *routes;
    const char *upload_folder; /* for streamed bodies; exists */
    bool tokens_needed;        /* without an access token only routes that are open answer */
    /* Told about every reply with a cause, for the server's log; any thread.  NULL: nobody. */
    void (*report)(void *context, const struct request *request, unsigned status, const struct error *cause);
    void *report_context;
};

struct exchange {
    const struct exchange_context *context;
    struct request request;
    struct reply reply;
    struct arena arena;
    struct body body;
    struct target target;
    enum problem target_problem;
    const char *target_detail;
};

struct exchange *exchange_open(const struct exchange_context *context, const char *raw_target);
/* Header texts are borrowed until exchange_close. */
bool exchange_begin(struct exchange *exchange, const char *method, const char *version,
                    const struct header *headers, size_t count);
/* False: cut the connection. */
bool exchange_body(struct exchange *exchange, const char *bytes, size_t length);
bool exchange_run(struct exchange *exchange, bool last_call);
/* Replaces whatever reply there is, with the headers that every reply has. */
void exchange_fail(struct exchange *exchange, enum problem problem, const char *detail);
void exchange_close(struct exchange *exchange); /* accepts NULL */

#endif
