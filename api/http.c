/* api/http.c -- see http.h.
 *
 * A call is one request as the library sees it.  Its steps: the raw target makes it, the handler of the
 * library is called with the headers, with each piece of the body, at the end of the body, and after every
 * resume. */
#include "api/http.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/handler_pool.h"
#include "api/keeper.h"
#include "api/listen.h"
#include "api/waiters.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"

enum { HEADERS_MAX = 100, CONNECTION_MEMORY_BYTES = 32 * 1024 };

struct http {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int listening;
    char address[LISTEN_ADDRESS_BYTES];
    struct connections *connections;
    struct waiters *waiters;
    struct handler_pool *slow;
    struct keeper *keeper;
    _Atomic bool stopping; /* replies close their connections; nobody waits */
    _Atomic int active;    /* calls between their target and their end */
};

enum call_step {
    CALL_HEAD,
    CALL_BODY,
    CALL_HANDLER, /* to be called, for the first time or again */
    CALL_READY,   /* the reply is there */
};

struct call {
    struct http *http;
    struct exchange *exchange;
    struct MHD_Connection *connection;
    struct client *client;
    enum call_step step;
    int64_t deadline_us; /* of waiting; 0 before the first wait */
    struct header headers[HEADERS_MAX];
    size_t header_count;
};

const struct http_options http_options_default = {
    .threads = 2,
    .slow_threads = 2,
    .slow_queue_max = 64,
    .connections_max = 2048,
    .connections_per_address_max = 0,
    .waiters_max = 512,
    .idle_s_max = 30,
    .limits = { .head_us_max = 15000000,
                .body_grace_us = 10000000,
                .body_bytes_per_s = 1024,
                .linger_us_max = 2000000 },
};

static void resume_call(void *waiter)
{
    struct call *call = waiter;

    MHD_resume_connection(call->connection);
}

/* ---- replies ---- */

static struct MHD_Response *make_response(struct reply *reply)
{
    struct MHD_Response *response;

    if (reply->file_descriptor >= 0) {
        response = MHD_create_response_from_fd_at_offset64(reply->file_bytes, reply->file_descriptor,
                                                           reply->file_offset);
        if (response)
            reply->file_descriptor = -1; /* closed with the response */
    } else {
        size_t bytes = reply->body.length;

        response = MHD_create_response_from_buffer(bytes, text_take(&reply->body), MHD_RESPMEM_MUST_FREE);
    }
    for (size_t i = 0; response && i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    return response;
}

static enum MHD_Result send_reply(struct call *call)
{
    struct reply *reply = &call->exchange->reply;
    unsigned status = reply->status;
    struct MHD_Response *response;
    enum MHD_Result queued;

    if (reply->close)
        client_lingers(call->client);
    if (atomic_load(&call->http->stopping))
        reply_header(reply, "Connection", "close");
    client_enters(call->client, CLIENT_SERVED, clock_now_us());
    response = make_response(reply);
    if (!response)
        return MHD_NO;
    queued = MHD_queue_response(call->connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* ---- the steps of a call ---- */

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct call *call = context;

    (void)kind;
    call->headers[call->header_count++] = (struct header){ name, value ? value : "" };
    return call->header_count < HEADERS_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct call *call, const char *method, const char *version)
{
    bool accepted;

    MHD_get_connection_values(call->connection, MHD_HEADER_KIND, add_header, call);
    accepted = exchange_begin(call->exchange, method, version, call->headers, call->header_count);
    if (accepted && call->header_count == HEADERS_MAX) {
        call->exchange->reply.close = true;
        exchange_fail(call->exchange, PROBLEM_MALFORMED_REQUEST, "There are too many header lines.");
        accepted = false;
    }
    if (!accepted && call->exchange->reply.close)
        return send_reply(call);
    if (!accepted) { /* there is no body: when the request has ended, the connection can serve another one */
        call->step = CALL_READY;
        return MHD_YES;
    }
    client_enters(call->client, CLIENT_BODY, clock_now_us());
    call->step = CALL_BODY;
    return MHD_YES;
}

static enum MHD_Result take_body(struct call *call, const char *bytes, size_t *length)
{
    bool go_on = exchange_body(call->exchange, bytes, *length);

    client_received(call->client, *length);
    *length = 0;
    return go_on ? MHD_YES : MHD_NO;
}

/* On a thread of the slow pool, while the connection is suspended. */
static void run_slow(void *task)
{
    struct call *call = task;

    exchange_run(call->exchange, true);
    call->step = CALL_READY;
    resume_call(call);
}

static enum MHD_Result go_slow(struct call *call)
{
    MHD_suspend_connection(call->connection);
    if (!handler_pool_add(call->http->slow, call)) {
        exchange_fail(call->exchange, PROBLEM_OVERLOADED, "Too many requests of this kind are under way.");
        call->step = CALL_READY;
        resume_call(call);
    }
    return MHD_YES;
}

static void refuse_to_wait(struct call *call)
{
    struct reply *reply = &call->exchange->reply;

    exchange_fail(call->exchange, PROBLEM_RATE_LIMITED, "Too many requests are waiting for news.");
    reply_header(reply, "RateLimit-Limit",
                 arena_format(&call->exchange->arena, "%u", call->http->options.waiters_max));
    reply_header(reply, "RateLimit-Remaining", "0");
    reply_header(reply, "RateLimit-Reset", reply_header_value(reply, "Retry-After"));
}

/* Suspends the call until there is news.  When it cannot wait, it is resumed at once and answered. */
static void wait_for_news(struct call *call, uint64_t ticket)
{
    const struct reply *reply = &call->exchange->reply;

    if (call->deadline_us == 0)
        call->deadline_us = clock_now_us() + (int64_t)reply->wait_ms * 1000;
    MHD_suspend_connection(call->connection);
    switch (waiters_add(call->http->waiters, reply->wait_job, ticket, call->deadline_us, call)) {
    case WAITERS_ADDED:
        return;
    case WAITERS_FULL:
        refuse_to_wait(call);
        call->step = CALL_READY;
        break;
    case WAITERS_STALE:
    case WAITERS_STOPPED:
        break;
    }
    resume_call(call);
}

static enum MHD_Result run_handler(struct call *call)
{
    bool last_call =
        atomic_load(&call->http->stopping) || (call->deadline_us > 0 && clock_now_us() >= call->deadline_us);
    uint64_t ticket = waiters_ticket(call->http->waiters);

    if (call->exchange->request.route->slow)
        return go_slow(call);
    if (exchange_run(call->exchange, last_call))
        return send_reply(call);
    wait_for_news(call, ticket);
    return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **request_context)
{
    struct call *call = *request_context;

    (void)context, (void)connection, (void)url;
    switch (call->step) {
    case CALL_HEAD:
        return begin(call, method, version);
    case CALL_BODY:
        if (*upload_bytes > 0)
            return take_body(call, upload, upload_bytes);
        client_enters(call->client, CLIENT_SERVED, clock_now_us());
        call->step = CALL_HANDLER;
        return run_handler(call);
    case CALL_HANDLER:
        return run_handler(call);
    case CALL_READY:
        return send_reply(call);
    }
    return MHD_NO;
}

/* ---- beginnings and ends ---- */

/* The raw target is shown here only, before it is decoded. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http *http = context;
    struct call *call = memory_new(1, sizeof(*call));

    call->http = http;
    call->connection = connection;
    call->client = info->socket_context;
    call->exchange = exchange_open(&http->options.exchange, target);
    atomic_fetch_add(&http->active, 1);
    return call;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode how)
{
    struct http *http = context;
    struct call *call = *request_context;

    (void)connection, (void)how;
    if (!call)
        return;
    client_enters(call->client, CLIENT_HEAD, clock_now_us());
    exchange_close(call->exchange);
    free(call);
    *request_context = NULL;
    atomic_fetch_sub(&http->active, 1);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *http = context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        *socket_context = connections_opened(
            http->connections,
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
            clock_now_us());
    else
        connections_closed(http->connections, *socket_context, clock_now_us());
}

static struct MHD_Daemon *start_daemon(struct http *http)
{
    const struct http_options *options = &http->options;

    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL, on_request,
        http, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)http->listening, MHD_OPTION_THREAD_POOL_SIZE,
        options->threads, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->connections_per_address_max,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_s_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, http, MHD_OPTION_END);
}

/* Everything that was started is NULL or -1 until then. */
static void release(struct http *http)
{
    keeper_stop(http->keeper);
    handler_pool_stop(http->slow);
    waiters_free(http->waiters);
    connections_free(http->connections);
    if (http->listening >= 0)
        close(http->listening);
    free(http);
}

struct http *http_start(const struct http_options *options, struct error *err)
{
    struct http *http = memory_new(1, sizeof(*http));

    http->options = *options;
    http->connections = connections_new(&options->limits);
    http->waiters = waiters_new(options->waiters_max, resume_call);
    http->listening = listen_open(&options->listen, http->address, err);
    if (http->listening < 0)
        goto refused;
    http->slow = handler_pool_start(options->slow_threads, options->slow_queue_max, run_slow, err);
    if (!http->slow)
        goto refused;
    http->keeper = keeper_start(http->waiters, http->connections, err);
    if (!http->keeper)
        goto refused;
    http->daemon = start_daemon(http);
    if (!http->daemon) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "could not start the HTTP server");
        goto refused;
    }
    return http;
refused:
    release(http);
    return NULL;
}

const char *http_address(const struct http *http)
{
    return http->address;
}

void http_wake(struct http *http, const char *job)
{
    waiters_wake(http->waiters, job);
}

void http_stop(struct http *http, unsigned drain_ms)
{
    static const struct timespec period = { .tv_nsec = 5000000 };
    int64_t deadline_us = clock_now_us() + (int64_t)drain_ms * 1000;

    if (!http)
        return;
    http->listening = MHD_quiesce_daemon(http->daemon);
    atomic_store(&http->stopping, true);
    waiters_stop(http->waiters);
    while (atomic_load(&http->active) > 0 && clock_now_us() < deadline_us)
        nanosleep(&period, NULL);
    handler_pool_stop(http->slow); /* nobody is suspended any more */
    http->slow = NULL;
    MHD_stop_daemon(http->daemon);
    release(http);
}
