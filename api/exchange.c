/* api/exchange.c -- see exchange.h. */
#include "api/exchange.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "api/accept.h"
#include "api/head.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply_finish.h"
#include "engine/base/memory.h"

static const char *const json_only[] = { "application/json", NULL };

struct exchange *exchange_open(const struct exchange_context *context, const char *raw_target)
{
    struct exchange *exchange = memory_new(1, sizeof(*exchange));

    exchange->context = context;
    exchange->request.service = context->service;
    exchange->request.arena = &exchange->arena;
    exchange->request.project = "default";
    reply_init(&exchange->reply);
    body_init(&exchange->body, 0);
    exchange->target_problem =
        target_parse(raw_target, &exchange->arena, &exchange->target, &exchange->target_detail);
    return exchange;
}

void exchange_close(struct exchange *exchange)
{
    if (!exchange)
        return;
    reply_fini(&exchange->reply);
    body_fini(&exchange->body);
    arena_fini(&exchange->arena);
    free(exchange);
}

static void finish(struct exchange *exchange)
{
    const struct exchange_context *context = exchange->context;

    reply_finish(&exchange->request, &exchange->reply);
    if (exchange->reply.cause.code != ERROR_NONE && context->report)
        context->report(context->report_context, &exchange->request, exchange->reply.status,
                        &exchange->reply.cause);
}

void exchange_fail(struct exchange *exchange, enum problem problem, const char *detail)
{
    reply_fini(&exchange->reply);
    reply_problem(&exchange->request, &exchange->reply, problem, "%s", detail);
    finish(exchange);
}

/* False, with the reply filled in, when path and method lead nowhere. */
static bool find_route(struct exchange *exchange, const char *method)
{
    struct request *request = &exchange->request;
    struct reply *reply = &exchange->reply;
    struct route_match match;

    if (!method_parse(method, &request->method)) {
        reply_problem(request, reply, PROBLEM_NOT_IMPLEMENTED, "The service does not know this method.");
        return false;
    }
    if (exchange->target.whole_server && request->method == METHOD_OPTIONS) {
        reply->status = 204;
        reply_header(reply, "Allow", route_allow(route_methods(exchange->context->routes), request->arena));
        return false;
    }
    route_match(exchange->context->routes, &exchange->target, request->method, &match);
    if (!match.methods || exchange->target.whole_server) {
        reply_problem(request, reply, PROBLEM_NOT_FOUND, "There is nothing at this path.");
        return false;
    }
    request->path = exchange->target.path;
    request->query_text = exchange->target.query;
    request->route = match.route;
    for (size_t i = 0; i < PATH_PARAMETERS_MAX; i++)
        request->path_values[i] = match.path_values[i];
    if (match.route)
        return true;

    if (request->method == METHOD_OPTIONS)
        reply->status = 204;
    else
        reply_problem(request, reply, PROBLEM_METHOD_NOT_ALLOWED, "This path knows: %s.",
                      route_allow(match.methods, request->arena));
    reply_header(reply, "Allow", route_allow(match.methods, request->arena));
    return false;
}

/* There are no access tokens yet, so that none is valid; nothing but this is said, whatever was sent. */
static bool authenticate(struct exchange *exchange)
{
    if (!exchange->context->tokens_needed || exchange->request.route->open)
        return true;
    reply_problem(&exchange->request, &exchange->reply, PROBLEM_UNAUTHENTICATED,
                  "Send an access token as Authorization: Bearer TOKEN.");
    reply_header(&exchange->reply, "WWW-Authenticate", "Bearer");
    return false;
}

static bool negotiate(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    const char *const *produces = request->route->produces ? request->route->produces : json_only;

    request->media_type = accept_choose(request_header_list(request, "Accept"), produces);
    if (!request->media_type && request->method == METHOD_DELETE)
        request->media_type = produces[0]; /* nothing comes back but problems */
    if (!request->media_type) {
        reply_problem(request, &exchange->reply, PROBLEM_NOT_ACCEPTABLE,
                      "What this path offers begins with %s.", produces[0]);
        return false;
    }
    return true;
}

static bool bind_query(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    const struct route *route = request->route;
    struct error_list errors = { 0 };
    bool bound;

    request->query = arena_alloc(request->arena, route->query_bytes);
    bound = query_bind(route->query, request->query_text, request->arena, request->query, &errors);
    if (!bound)
        reply_errors(request, &exchange->reply, PROBLEM_INVALID_PARAMETER, "query", &errors);
    error_list_fini(&errors);
    return bound;
}

/* The codings and types that a route takes, judged before the first byte. */
static bool check_media(struct exchange *exchange, const struct head *head)
{
    const struct request *request = &exchange->request;
    enum body_kind kind = request->route->body;
    const char *coding = request_header(request, "Content-Encoding");
    const char *type = request_header(request, "Content-Type");

    if (coding && strcasecmp(coding, "identity") != 0 &&
        !(kind == BODY_FILE && strcasecmp(coding, "gzip") == 0)) {
        reply_problem(request, &exchange->reply, PROBLEM_UNSUPPORTED_ENCODING, "Send the body as it is.");
        return false;
    }
    if ((kind == BODY_JSON || (kind == BODY_JSON_OPTIONAL && head->has_body)) &&
        (!media_type_is(type, "application/json") || !media_type_is_utf8(type))) {
        reply_problem(request, &exchange->reply, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
                      "Content-Type has to be application/json, in UTF-8.");
        return false;
    }
    return true;
}

static bool prepare_body(struct exchange *exchange, const struct head *head)
{
    const struct request *request = &exchange->request;
    const struct route *route = request->route;
    struct error err = { 0 };

    if (route->body == BODY_NONE && head->has_body) {
        reply_problem(request, &exchange->reply, PROBLEM_PAYLOAD_TOO_LARGE, "This request takes no body.");
        return false;
    }
    if (head->has_body && head->content_length != HEAD_LENGTH_UNKNOWN &&
        head->content_length > route->body_bytes_max) {
        reply_problem(request, &exchange->reply, PROBLEM_PAYLOAD_TOO_LARGE,
                      "The body may have up to %" PRIu64 " bytes.", route->body_bytes_max);
        return false;
    }
    if (!check_media(exchange, head))
        return false;
    body_init(&exchange->body, route->body_bytes_max);
    if (route->body == BODY_FILE && !body_to_file(&exchange->body, exchange->context->upload_folder, &err)) {
        reply_error(request, &exchange->reply, &err);
        return false;
    }
    return true;
}

bool exchange_begin(struct exchange *exchange, const char *method, const char *version,
                    const struct header *headers, size_t count)
{
    struct request *request = &exchange->request;
    const char *detail, *traceparent;
    struct head head;
    enum problem problem;

    request->headers = headers;
    request->header_count = count;
    request_id_set(request->request_id, request_header(request, "X-Request-Id"));
    traceparent = request_header(request, "traceparent");
    request->traceparent = traceparent && traceparent_valid(traceparent) ? traceparent : NULL;

    problem = head_check(version, headers, count, &head, &detail);
    exchange->reply.close = problem != PROBLEM_NONE || head.has_body;
    if (problem == PROBLEM_NONE) {
        problem = exchange->target_problem;
        detail = exchange->target_detail;
    }
    if (problem != PROBLEM_NONE)
        reply_problem(request, &exchange->reply, problem, "%s", detail);
    else if (find_route(exchange, method) && authenticate(exchange) && negotiate(exchange) &&
             bind_query(exchange) && prepare_body(exchange, &head)) {
        exchange->reply.close = false;
        return true;
    }
    finish(exchange);
    return false;
}

bool exchange_body(struct exchange *exchange, const char *bytes, size_t length)
{
    return body_add(&exchange->body, bytes, length);
}

/* False, with the reply filled in, when the body did not arrive as it should. */
static bool take_body(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct body *body = &exchange->body;
    struct error err;

    if (!body_end(body, &err)) {
        reply_error(request, &exchange->reply, &err);
        return false;
    }
    if (body->too_large) {
        reply_problem(request, &exchange->reply, PROBLEM_PAYLOAD_TOO_LARGE,
                      "The body may have up to %" PRIu64 " bytes.", body->bytes_max);
        return false;
    }
    request->body_path = body->path[0] ? body->path : NULL;
    request->body = request->body_path ? NULL : text_bytes(&body->memory);
    request->body_bytes = (size_t)body->bytes;
    return true;
}

bool exchange_run(struct exchange *exchange, bool last_call)
{
    struct request *request = &exchange->request;
    struct reply *reply = &exchange->reply;

    request->last_call = last_call;
    if (take_body(exchange)) {
        request->route->handler(request, reply);
        if (reply->status == 0 && !last_call)
            return false;
        if (reply->status == 0)
            reply_problem(request, reply, PROBLEM_INTERNAL, "The request id leads to the service's own log.");
    }
    finish(exchange);
    return true;
}
