/* api/request.h -- a request and its reply as plain structs, so that endpoints need no sockets.
 *
 * A handler reads a struct request and fills a struct reply.  It runs on an HTTP thread and must not
 * block: short queries only.  To wait for news it sets reply->wait and is called again later. */
#ifndef API_REQUEST_H
#define API_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"
#include "engine/base/text.h"

struct service; /* api/service.h: what handlers may use (store pool, job use cases, feed, datasets, settings) */

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHOD_COUNT };

enum { PATH_PARAMETERS_MAX = 4 };

struct request {
    struct service *service;
    const struct route *route;
    enum method method;            /* HEAD is handled as GET; the body is dropped behind the handler */
    const char *target;            /* raw path with query, as received */
    const char *path_values[PATH_PARAMETERS_MAX]; /* decoded, in the order of the route's {names} */
    void *query;                   /* settings struct bound from the route's query table */
    const char *body;              /* bytes as received; NULL when the route streams its body to a file */
    size_t body_bytes;
    const char *body_path;         /* temporary file of a streamed body; removed after the handler unless taken */
    const char *request_id;
    const char *project;           /* "default" without authentication */
    struct arena *arena;           /* lives as long as the request */
    const char *(*header)(const struct request *request, const char *name); /* NULL when absent */
    void *transport;
    int64_t first_called_us;       /* monotonic; of the first call when the request waited */
    bool last_call;                /* a waiting handler has to answer now: time is up, or the server stops */
};

struct reply_header { const char *name; const char *value; };
enum { REPLY_HEADERS_MAX = 16 };

struct reply {
    unsigned status;               /* 0 while the handler waits */
    const char *content_type;      /* "application/json" by default */
    struct text body;              /* what is sent, unless file_descriptor is set */
    int file_descriptor;           /* -1: none; closed after sending; ranges are handled by http */
    uint64_t file_offset, file_bytes;
    struct reply_header headers[REPLY_HEADERS_MAX]; /* texts live in the request's arena */
    size_t header_count;
    unsigned wait_ms;              /* with status 0: call again on news of wait_job, or after this time */
    const char *wait_job;
};

typedef void handler_fn(struct request *request, struct reply *reply);

void reply_header(struct reply *reply, const char *name, const char *value);

#endif
