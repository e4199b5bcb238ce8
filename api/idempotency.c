/* api/idempotency.c -- see idempotency.h. */
#include "api/idempotency.h"

#include <string.h>

#include "api/endpoint.h"
#include "engine/checkpoint/sha256.h"
#include "server/store/idempotency.h"

enum { KEY_BYTES_MAX = 255 };

struct attempt {
    const struct request *request;
    struct reply *reply;
    idempotent_fn *act;
    void *context;
    const char *key;
    unsigned char digest[SHA256_BYTES];
    struct idempotency_answer first; /* of the request that had the key before, after STORE_CONFLICT */
};

/* Answers after which the client corrects its request and may keep the key. */
static bool is_kept(unsigned status)
{
    static const unsigned passing[] = { 400, 401, 413, 415, 422, 429 };

    for (size_t i = 0; i < COUNT(passing); i++)
        if (status == passing[i])
            return false;
    return status < 500;
}

static bool key_valid(const char *key)
{
    size_t length = strlen(key);

    for (size_t i = 0; i < length; i++)
        if (key[i] <= 0x20 || key[i] >= 0x7f)
            return false;
    return length >= 1 && length <= KEY_BYTES_MAX;
}

/* Of method, target and body. */
static void digest_request(const struct request *request, unsigned char out[SHA256_BYTES])
{
    struct sha256 *sha = sha256_new();
    char hex[SHA256_TEXT_BYTES];
    const char *const head[] = { method_name(request->method), request->path,
                                 request->query_text ? request->query_text : "" };

    for (size_t i = 0; i < COUNT(head); i++)
        sha256_add(sha, head[i], strlen(head[i]) + 1);
    sha256_add(sha, request->body, request->body_bytes);
    sha256_text(sha, hex);
    sha256_free(sha);
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        const char *at = hex + 2 * i;

        out[i] = (unsigned char)(((at[0] <= '9' ? at[0] - '0' : at[0] - 'a' + 10) << 4) |
                                 (at[1] <= '9' ? at[1] - '0' : at[1] - 'a' + 10));
    }
}

static enum store_result run(struct db *db, void *context, struct error *err)
{
    struct attempt *attempt = context;
    const struct request *request = attempt->request;
    struct reply *reply = attempt->reply;
    enum store_result result = store_idempotency_begin(db, request->project, attempt->key, attempt->digest,
                                                       request->arena, &attempt->first, err);

    if (result != STORE_OK)
        return result;
    reply_fini(reply);
    attempt->act(attempt->context, request, reply, db);
    if (reply->status >= 500) {
        *err = reply->cause;
        return reply->status == 503 ? STORE_UNAVAILABLE : STORE_FAILED;
    }
    if (!is_kept(reply->status))
        return store_idempotency_forget(db, request->project, attempt->key, err);
    return store_idempotency_finish(
        db, request->project, attempt->key,
        &(struct idempotency_answer){ .status = reply->status,
                                      .location = reply_header_value(reply, "Location"),
                                      .content_type = reply->content_type,
                                      .body = text_bytes(&reply->body),
                                      .body_bytes = reply->body.length },
        err);
}

static void replay(const struct request *request, struct reply *reply, const struct idempotency_answer *first)
{
    if (!first->same_request) {
        reply_problem(request, reply, PROBLEM_IDEMPOTENCY_MISMATCH, "Use a new key for a new request.");
        return;
    }
    if (first->status == 0) {
        reply_problem(request, reply, PROBLEM_IDEMPOTENCY_IN_PROGRESS,
                      "Ask again when it has been answered.");
        reply_header(reply, "Retry-After", "1");
        return;
    }
    reply->status = (unsigned)first->status;
    reply->content_type = first->content_type;
    if (first->location)
        reply_header(reply, "Location", first->location);
    reply_header(reply, "Idempotency-Replayed", "true");
    text_add_n(&reply->body, first->body, first->body_bytes);
    if (first->status < 300)
        endpoint_tag_body(request, reply);
}

void idempotent(const struct request *request, struct reply *reply, struct db *db, idempotent_fn *act,
                void *context)
{
    struct attempt attempt = {
        .request = request,
        .reply = reply,
        .act = act,
        .context = context,
        .key = request_header(request, "Idempotency-Key"),
    };
    struct error err = { 0 };

    if (!attempt.key) {
        act(context, request, reply, db);
        return;
    }
    if (!key_valid(attempt.key)) {
        reply_problem(request, reply, PROBLEM_MALFORMED_REQUEST,
                      "An Idempotency-Key has 1 to 255 visible ASCII characters.");
        return;
    }
    digest_request(request, attempt.digest);
    switch (db_transaction(db, run, &attempt, &err)) {
    case STORE_OK:
        return;
    case STORE_CONFLICT:
        reply_fini(reply);
        replay(request, reply, &attempt.first);
        return;
    case STORE_NONE:
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        reply_fini(reply);
        reply_error(request, reply, &err);
        return;
    }
}
