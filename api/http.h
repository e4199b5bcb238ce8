/* api/http.h -- the HTTP server: the only user of libmicrohttpd.
 *
 * A small pool of threads polls the sockets and runs the handlers; slow routes run on threads of their own;
 * a handler that waits for news costs no thread.  Started and stopped by one thread; http_wake from any. */
#ifndef API_HTTP_H
#define API_HTTP_H

#include "api/connections.h"
#include "api/exchange.h"
#include "server/listen_address.h"

struct http;

struct http_options {
    struct listen_address listen;
    unsigned threads;      /* that poll; at least 1 */
    unsigned slow_threads; /* for slow routes; at least 1 */
    unsigned slow_queue_max;
    unsigned connections_max;
    unsigned connections_per_address_max; /* 0: no limit of its own */
    unsigned waiters_max;                 /* requests that wait for news; more get 429 */
    unsigned idle_s_max;                  /* a sender that stalls this long is cut off */
    struct connections_limits limits;
    struct exchange_context exchange;
};
/* Everything but `listen` and `exchange`, which the caller fills in. */
extern const struct http_options http_options_default;

/* Listens when it returns.  NULL with `err` set otherwise. */
struct http *http_start(const struct http_options *options, struct error *err);
/* "127.0.0.1:40123", with the port that was picked. */
const char *http_address(const struct http *http);
/* There is news of this job: whoever waits for it looks again. */
void http_wake(struct http *http, const char *job);
/* Accepts no more, lets everyone who waits be answered, gives what is under way up to `drain_ms`, ends.
 * Accepts NULL. */
void http_stop(struct http *http, unsigned drain_ms);

#endif
