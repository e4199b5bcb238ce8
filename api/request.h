/* api/request.h -- a request and its reply as plain structs, so that endpoints need no sockets.
 *
 * A handler reads a struct request and fills a struct reply.  It runs on an HTTP thread and must not
 * block: short queries only, unless its route says that it is slow.  To wait for news it sets
 * reply->wait_job and is called again later. */
#ifndef API_REQUEST_H
#define API_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

struct route;
struct service; /* api/service.h: what handlers may use (store pool, job use cases, datasets, settings) */

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_COUNT
};

const char *method_name(enum method method);
bool method_parse(const char *name, enum method *out);

enum { PATH_PARAMETERS_MAX = 4, REQUEST_ID_BYTES = 129 };

/* One header line.  Also used for replies. */
struct header {
    const char *name;
    const char *value;
};

struct request {
    struct service *service;
    const struct route *route;
    enum method method; /* HEAD is handled as GET; the body is dropped behind the handler */
    const char *path;   /* raw, without query; NULL until a route has matched */
    const char *path_values[PATH_PARAMETERS_MAX]; /* decoded, in the order of the route's {names} */
    void *query;                                  /* settings struct bound from the route's query table */
    const char *query_text;                       /* raw, as received; NULL without a query */
    const char *media_type;       /* of the reply: the one of route->produces that Accept likes best */
    const struct header *headers; /* as received; names in any case */
    size_t header_count;
    const char *body; /* bytes as received; "" without a body; NULL when it went to a file */
    size_t body_bytes;
    const char *body_path; /* file of a streamed body; gone after the handler */
    char request_id[REQUEST_ID_BYTES];
    const char *traceparent; /* of W3C Trace Context, as it came; NULL without a well-formed one */
    const char *project;     /* "default" without authentication */
    struct arena *arena;     /* lives as long as the request */
    bool last_call;          /* a waiting handler has to answer now: time is up, or the server stops */
};

/* The value of a header, its name in any case; NULL when absent. */
const char *request_header(const struct request *request, const char *name);
/* The same for headers that are lists, which may stand in several lines: joined by commas. */
const char *request_header_list(const struct request *request, const char *name);

enum { REPLY_HEADERS_MAX = 24 };

struct reply {
    unsigned status;          /* 0 while the handler waits */
    const char *content_type; /* NULL: "application/json" when there is a body */
    struct text body;         /* what is sent, unless file_descriptor is set */
    int file_descriptor;      /* -1: none; closed after sending; ranges are handled behind the handler */
    uint64_t file_offset, file_bytes;
    struct header headers[REPLY_HEADERS_MAX]; /* texts are constants or live in the request's arena */
    size_t header_count;
    bool close;           /* the connection ends with this reply */
    struct error cause;   /* for the server's log, never sent: what is behind a reply with 5xx */
    unsigned wait_ms;     /* with status 0: call again on news of wait_job; at the latest this long */
    const char *wait_job; /*   after the first call, then with last_call set */
};

typedef void handler_fn(struct request *request, struct reply *reply);

void reply_init(struct reply *reply);
/* Forgets what was filled in; closes the file descriptor. */
void reply_fini(struct reply *reply);
/* Sets a header, replacing one of the same name. */
void reply_header(struct reply *reply, const char *name, const char *value);
const char *reply_header_value(const struct reply *reply, const char *name); /* NULL when absent */
/* status 0, and called again when something happens to the job or after wait_ms. */
void reply_wait(struct reply *reply, const char *job, unsigned wait_ms);

/* Takes `given` over when it is 1 to 128 letters, digits, `.`, `_`, `:`, `-`; makes one otherwise. */
void request_id_set(char out[REQUEST_ID_BYTES], const char *given);

/* VERSION-TRACE-PARENT-FLAGS in lower-case hexadecimal, none of the first three without meaning. */
bool traceparent_valid(const char *given);

#endif
