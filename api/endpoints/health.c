/* api/endpoints/health.c -- is the process alive; can it do its work. */
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/json_writer.h"

#define DISK_BYTES_MIN (UINT64_C(64) << 20) /* below this checkpoints are bound to fail soon */

enum { POOL_WAIT_MS = 200 };

void health_endpoint(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
    text_add(&reply->body, "{\"status\":\"ok\"}\n");
}

static bool database_is_ready(const struct service *service)
{
    struct error err = { 0 };
    struct db *db = db_pool_take(service->pool, POOL_WAIT_MS, &err);
    bool ready = db && db_connect(db, &err) == STORE_OK;

    db_pool_give(service->pool, db);
    return ready;
}

static bool disk_is_ready(const struct service *service)
{
    struct error err = { 0 };
    uint64_t bytes;

    return checkpoint_files_free_bytes(service->checkpoints, &bytes, &err) && bytes >= DISK_BYTES_MIN;
}

/* `detail` is for people; NULL: none. */
static bool add_check(struct text *out, const char *name, bool ready, const char *detail)
{
    json_open(out, name, '{');
    json_boolean(out, "ready", ready);
    json_text(out, "detail", ready ? NULL : detail);
    json_close(out, '}');
    return ready;
}

void ready_endpoint(struct request *request, struct reply *reply)
{
    const struct service *service = request->service;
    struct text checks = { 0 };
    bool ready = true;

    json_open(&checks, NULL, '{');
    ready &= add_check(&checks, "database", database_is_ready(service), "it does not answer");
    ready &= add_check(&checks, "disk", disk_is_ready(service), "there is hardly any space left");
    for (const struct ready_check *check = service->ready_checks; check && check->name; check++) {
        struct error err = { 0 };
        bool passed = check->ready(check->context, &err);

        ready &= add_check(&checks, check->name, passed, err.message);
    }
    json_close(&checks, '}');

    reply->status = ready ? 200 : 503;
    if (!ready)
        reply_header(reply, "Retry-After", "1");
    json_open(&reply->body, NULL, '{');
    json_text(&reply->body, "status", ready ? "ready" : "not ready");
    json_raw(&reply->body, "checks", text_bytes(&checks));
    endpoint_end_json(reply);
    text_fini(&checks);
}
