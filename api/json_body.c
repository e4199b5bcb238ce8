/* api/json_body.c -- see json_body.h. */
#include "api/json_body.h"

#include "api/problem.h"
#include "engine/definition/bind.h"

/* True when what json_scan found makes a text no JSON at all, and not just JSON with impossible values. */
static bool is_malformed(const struct error_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->items[i].code == ERROR_SYNTAX || errors->items[i].code == ERROR_DUPLICATE ||
            errors->items[i].code == ERROR_LIMIT)
            return true;
    return false;
}

static bool bind(struct json_document *document, const struct param *params, void *settings,
                 struct error_list *errors)
{
    const struct json_path root = { 0 };
    struct binder binder = { .document = document, .errors = errors };

    return bind_object(&binder, document->root, &root, params, settings);
}

bool json_body_bind(const struct request *request, struct reply *reply, const struct param *params,
                    void *settings, struct json_document *document)
{
    const char *body = request->body_bytes > 0 ? request->body : "{}";
    size_t length = request->body_bytes > 0 ? request->body_bytes : 2;
    struct error_list errors = { 0 };
    bool read = json_document_read(document, body, length, &json_limits_definition, &errors);
    bool bound = read && bind(document, params, settings, &errors);

    if (!bound) {
        if (read)
            json_locate_errors(body, length, &errors);
        reply_errors(request, reply,
                     !read && is_malformed(&errors) ? PROBLEM_MALFORMED_JSON : PROBLEM_VALIDATION_FAILED,
                     "request", &errors);
    }
    error_list_fini(&errors);
    return bound;
}
