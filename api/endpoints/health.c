/* api/endpoints/health.c -- is the process alive; can jobs be taken and run. */
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/json_writer.h"
#include "server/migrate.h"
#include "server/store/workers.h"

#define DISK_BYTES_MIN (UINT64_C(64) << 20) /* below this checkpoints are bound to fail soon */

enum { POOL_WAIT_MS = 200, WORKER_SEEN_MS = 60000 };

void health_endpoint(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
    text_add(&reply->body, "{\"status\":\"ok\"}\n");
}

/* What is looked at; `db` is NULL while there is none. */
struct subject {
    const struct service *service;
    struct db *db;
};

static bool database_is_ready(const struct subject *subject)
{
    struct error err;

    return subject->db && db_connect(subject->db, &err) == STORE_OK;
}

static bool migrations_are_ready(const struct subject *subject)
{
    struct error err;

    return subject->db && migrate_is_current(subject->db, migrations, &err);
}

static bool disk_is_ready(const struct subject *subject)
{
    struct error err;
    uint64_t bytes;

    return checkpoint_files_free_bytes(subject->service->checkpoints, &bytes, &err) &&
           bytes >= DISK_BYTES_MIN;
}

static bool workers_are_ready(const struct subject *subject)
{
    struct error err;
    int64_t count = 0;

    return subject->db && store_worker_count(subject->db, WORKER_SEEN_MS, &count, &err) == STORE_OK &&
           count > 0;
}

static const struct {
    const char *name;
    bool (*ready)(const struct subject *subject);
    const char *otherwise;
} checks[] = {
    { "database", database_is_ready, "it does not answer" },
    { "migrations", migrations_are_ready, "the database is not of this version" },
    { "disk", disk_is_ready, "there is hardly any space left" },
    { "workers", workers_are_ready, "no server has looked for jobs during the last minute" },
};

static bool add_checks(struct text *out, const struct subject *subject)
{
    bool all = true;

    for (size_t i = 0; i < COUNT(checks); i++) {
        bool ready = checks[i].ready(subject);

        json_open(out, checks[i].name, '{');
        json_boolean(out, "ready", ready);
        json_text(out, "detail", ready ? NULL : checks[i].otherwise);
        json_close(out, '}');
        all = all && ready;
    }
    return all;
}

void ready_endpoint(struct request *request, struct reply *reply)
{
    struct db_pool *pool = request->service->pool;
    struct error err;
    struct subject subject = { request->service, db_pool_take(pool, POOL_WAIT_MS, &err) };
    bool ready;

    json_open(&reply->body, NULL, '{');
    json_open(&reply->body, "checks", '{');
    ready = add_checks(&reply->body, &subject);
    json_close(&reply->body, '}');
    json_text(&reply->body, "status", ready ? "ready" : "not ready");
    endpoint_end_json(reply);
    reply->status = ready ? 200 : 503;
    if (!ready)
        reply_header(reply, "Retry-After", "1");
    db_pool_give(pool, subject.db);
}
