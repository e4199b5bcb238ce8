/* api/problem.c -- see problem.h. */
#include "api/problem.h"

#include <ctype.h>
#include <stdarg.h>

#include "api/json_writer.h"

#define PROBLEM_BASE "https://kiln.invalid/problems/"

static const struct problem_type types[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = { "none", 200, "Nothing is wrong" },
    [PROBLEM_MALFORMED_REQUEST] = { "malformed-request", 400, "The request is malformed." },
    [PROBLEM_EXPECTATION] = { "malformed-request", 417, "The expectation cannot be met." },
    [PROBLEM_MALFORMED_JSON] = { "malformed-json", 400, "The body is not valid JSON." },
    [PROBLEM_INVALID_PARAMETER] = { "invalid-parameter", 400, "A query parameter is wrong." },
    [PROBLEM_UNAUTHENTICATED] = { "unauthenticated", 401, "A valid access token is needed." },
    [PROBLEM_FORBIDDEN] = { "forbidden", 403, "The access token does not permit this." },
    [PROBLEM_NOT_FOUND] = { "not-found", 404, "There is no such thing." },
    [PROBLEM_METHOD_NOT_ALLOWED] = { "method-not-allowed", 405, "The path does not know this method." },
    [PROBLEM_NOT_ACCEPTABLE] = { "not-acceptable", 406, "No representation fits the Accept header." },
    [PROBLEM_REQUEST_TIMEOUT] = { "request-timeout", 408, "The request took too long to arrive." },
    [PROBLEM_CONFLICT_STATE] = { "conflict-state", 409, "The present state does not permit this." },
    [PROBLEM_IDEMPOTENCY_IN_PROGRESS] = { "idempotency-in-progress", 409,
                                          "The first request with this key is still under way." },
    [PROBLEM_PRECONDITION_FAILED] = { "precondition-failed", 412, "It has changed in the meantime." },
    [PROBLEM_PAYLOAD_TOO_LARGE] = { "payload-too-large", 413, "The body is too large." },
    [PROBLEM_URI_TOO_LONG] = { "uri-too-long", 414, "The request target is too long." },
    [PROBLEM_UNSUPPORTED_MEDIA_TYPE] = { "unsupported-media-type", 415, "The media type does not fit." },
    [PROBLEM_UNSUPPORTED_ENCODING] = { "unsupported-encoding", 415, "The content coding is not supported." },
    [PROBLEM_RANGE_NOT_SATISFIABLE] = { "range-not-satisfiable", 416, "The range lies behind the end." },
    [PROBLEM_VALIDATION_FAILED] = { "validation-failed", 422, "The content is wrong." },
    [PROBLEM_CHECKSUM_MISMATCH] = { "checksum-mismatch", 422, "The content does not have the given digest." },
    [PROBLEM_IDEMPOTENCY_MISMATCH] = { "idempotency-mismatch", 422,
                                       "The key was used for another request before." },
    [PROBLEM_QUOTA_EXCEEDED] = { "quota-exceeded", 429, "The quota is used up." },
    [PROBLEM_RATE_LIMITED] = { "rate-limited", 429, "Too many requests." },
    [PROBLEM_INTERNAL] = { "internal", 500, "The service made a mistake." },
    [PROBLEM_STORED_CHECKSUM] = { "checksum-mismatch", 500, "What was stored is damaged." },
    [PROBLEM_NOT_IMPLEMENTED] = { "not-implemented", 501, "The service does not do this." },
    [PROBLEM_OVERLOADED] = { "overloaded", 503, "The service is busy." },
    [PROBLEM_STORAGE_UNAVAILABLE] = { "storage-unavailable", 503, "The storage does not answer." },
    [PROBLEM_INSUFFICIENT_STORAGE] = { "insufficient-storage", 507, "The storage is full." },
};

/* Which problem an error of the storeys below is, and what clients read instead of its message, if they
 * can do nothing about it. */
static const struct {
    enum problem problem;
    const char *fixed;
} by_code[] = {
    [ERROR_NONE] = { PROBLEM_INTERNAL, "The request id leads to the service's own log." },
    [ERROR_SYNTAX] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_WRONG_TYPE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_UNKNOWN_MEMBER] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_MISSING_MEMBER] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_DUPLICATE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_OUT_OF_RANGE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_INVALID_VALUE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_UNKNOWN_TYPE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_UNKNOWN_NAME] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_SHAPE] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_LIMIT] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_CONFLICT] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_SCRIPT] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_SCRIPT_BUDGET] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_TRAINING] = { PROBLEM_VALIDATION_FAILED, NULL },
    [ERROR_NOT_FOUND] = { PROBLEM_NOT_FOUND, NULL },
    [ERROR_STATE] = { PROBLEM_CONFLICT_STATE, NULL },
    [ERROR_CORRUPT] = { PROBLEM_STORED_CHECKSUM, "The stored bytes are not the ones that were stored." },
    [ERROR_IO] = { PROBLEM_STORAGE_UNAVAILABLE, "The service could not use its files." },
    [ERROR_STORAGE_FULL] = { PROBLEM_INSUFFICIENT_STORAGE, "There is no space left." },
    [ERROR_UNAVAILABLE] = { PROBLEM_STORAGE_UNAVAILABLE, "The database does not answer; try again later." },
    [ERROR_MEMORY] = { PROBLEM_OVERLOADED, "There is not enough memory for this now." },
    [ERROR_CANCELLED] = { PROBLEM_OVERLOADED, "The service is stopping." },
    [ERROR_INTERNAL] = { PROBLEM_INTERNAL, "The request id leads to the service's own log." },
};

const struct problem_type *problem_type(enum problem problem)
{
    return &types[problem];
}

enum problem problem_of_error(enum error_code code)
{
    return code < COUNT(by_code) && by_code[code].problem ? by_code[code].problem : PROBLEM_INTERNAL;
}

/* A message is "lower case, no full stop"; what people read is a sentence. */
static void add_sentence(struct text *out, const char *message)
{
    if (*message)
        text_format(out, "%c%s.", toupper((unsigned char)message[0]), message + 1);
}

static void begin(const struct request *request, struct reply *reply, enum problem problem, const char *title,
                  const char *detail)
{
    const struct problem_type *type = &types[problem];
    struct text *out = &reply->body;

    reply->status = type->status;
    reply->content_type = "application/problem+json";
    text_clear(out);
    json_open(out, NULL, '{');
    json_text_format(out, "type", PROBLEM_BASE "%s", type->name);
    json_text(out, "title", title);
    json_integer(out, "status", type->status);
    json_text(out, "detail", detail);
    json_text(out, "instance", request->path);
    json_text(out, "request_id", request->request_id);
    if (type->status == 503 || type->status == 429)
        reply_header(reply, "Retry-After", "1");
}

void reply_problem_end(struct reply *reply)
{
    json_close(&reply->body, '}');
    text_add_char(&reply->body, '\n');
}

void reply_problem_begin(const struct request *request, struct reply *reply, enum problem problem,
                         const char *detail)
{
    begin(request, reply, problem, types[problem].title, detail);
}

void reply_problem(const struct request *request, struct reply *reply, enum problem problem,
                   const char *detail, ...)
{
    struct text text = { 0 };
    va_list arguments;

    va_start(arguments, detail);
    text_format_va(&text, detail, arguments);
    va_end(arguments);
    begin(request, reply, problem, types[problem].title, text_bytes(&text));
    reply_problem_end(reply);
    text_fini(&text);
}

static void add_error(struct text *out, const struct error *err)
{
    json_open(out, NULL, '{');
    json_text(out, "pointer", err->pointer);
    if (err->json_line > 0) {
        json_integer(out, "line", err->json_line);
        json_integer(out, "column", err->json_column);
    } else {
        json_null(out, "line");
        json_null(out, "column");
    }
    json_text(out, "code", error_code_name(err->code));
    json_text(out, "message", err->message);
    json_text(out, "hint", err->hint[0] ? err->hint : NULL);
    json_close(out, '}');
}

void reply_error(const struct request *request, struct reply *reply, const struct error *err)
{
    const char *fixed = err->code < COUNT(by_code) ? by_code[err->code].fixed : NULL;
    enum problem problem = problem_of_error(err->code);
    struct text detail = { 0 };

    if (types[problem].status >= 500)
        reply->cause = *err;
    if (fixed)
        text_add(&detail, fixed);
    else
        add_sentence(&detail, err->message);
    if (!fixed && err->hint[0])
        text_format(&detail, " %s", err->hint);
    begin(request, reply, problem, types[problem].title, text_bytes(&detail));
    reply_problem_end(reply);
    text_fini(&detail);
}

void reply_errors(const struct request *request, struct reply *reply, enum problem problem,
                  const char *document, const struct error_list *errors)
{
    struct text title = { 0 }, detail = { 0 };

    for (size_t i = 0; i < errors->count; i++)
        if (types[problem_of_error(errors->items[i].code)].status >= 500) {
            reply_error(request, reply, &errors->items[i]); /* not the document's fault */
            return;
        }
    text_format(&title, "The %s has %zu%s error%s.", document, errors->count,
                errors->truncated ? " or more" : "", errors->count == 1 ? "" : "s");
    if (errors->count > 0)
        text_format(&detail, "First: %s%s%s.", errors->items[0].pointer,
                    errors->items[0].pointer[0] ? ": " : "", errors->items[0].message);
    begin(request, reply, problem, text_bytes(&title), text_bytes(&detail));
    json_open(&reply->body, "errors", '[');
    for (size_t i = 0; i < errors->count; i++)
        add_error(&reply->body, &errors->items[i]);
    json_close(&reply->body, ']');
    reply_problem_end(reply);
    text_fini(&title);
    text_fini(&detail);
}
