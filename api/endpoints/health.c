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
    enum problem problem;
} checks[] = {
    { "database", database_is_ready, "it does not answer", PROBLEM_STORAGE_UNAVAILABLE },
    { "migrations", migrations_are_ready, "the database is not of this version",
      PROBLEM_STORAGE_UNAVAILABLE },
    { "disk", disk_is_ready, "there is hardly any space left", PROBLEM_STORAGE_UNAVAILABLE },
    { "workers", workers_are_ready, "no server has looked for jobs during the last minute",
      PROBLEM_OVERLOADED },
};

static void add_checks(struct text *out, const bool ready[])
{
    json_open(out, "checks", '{');
    for (size_t i = 0; i < COUNT(checks); i++) {
        json_open(out, checks[i].name, '{');
        json_boolean(out, "ready", ready[i]);
        json_text(out, "detail", ready[i] ? NULL : checks[i].otherwise);
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void reply_ready(struct reply *reply, const bool ready[])
{
    json_open(&reply->body, NULL, '{');
    add_checks(&reply->body, ready);
    json_text(&reply->body, "status", "ready");
    endpoint_end_json(reply);
    reply->status = 200;
}

static void reply_not_ready(const struct request *request, struct reply *reply, const bool ready[],
                            size_t failed)
{
    reply_problem_begin(
        request, reply, checks[failed].problem,
        arena_format(request->arena, "The check \"%s\": %s.", checks[failed].name, checks[failed].otherwise));
    add_checks(&reply->body, ready);
    reply_problem_end(reply);
}

void ready_endpoint(struct request *request, struct reply *reply)
{
    struct db_pool *pool = request->service->pool;
    struct error err;
    struct subject subject = { request->service, db_pool_take(pool, POOL_WAIT_MS, &err) };
    bool ready[COUNT(checks)];
    size_t failed = COUNT(checks);

    for (size_t i = COUNT(checks); i-- > 0;) {
        ready[i] = checks[i].ready(&subject);
        failed = ready[i] ? failed : i;
    }
    if (failed < COUNT(checks))
        reply_not_ready(request, reply, ready, failed);
    else
        reply_ready(reply, ready);
    db_pool_give(pool, subject.db);
}
