/* tests/server/store_fixture.c -- see store_fixture.h. */
#include "tests/server/store_fixture.h"

#include <string.h>

struct store_fixture store;

void store_fixture_open(void)
{
    memset(&store, 0, sizeof(store));
    store.db = cluster_connect();
    cluster_clear(store.db);
}

void store_fixture_close(void)
{
    db_close(store.db);
    arena_fini(&store.arena);
}

void make_job(const char *name, char out_id[IDENTIFIER_TEXT_BYTES])
{
    identifier_new(out_id);
    const struct job_insert insert = {
        .id = out_id,
        .project = PROJECT,
        .name = name,
        .labels = "{}",
        .definition = "{}",
        .definition_bytes = 2,
        .threads = 1,
        .max_attempts = 3,
    };

    ck_result(store_job_insert(store.db, &insert, &store.err), STORE_OK);
}

enum store_result claim(struct job *out)
{
    char owner[IDENTIFIER_TEXT_BYTES];
    const struct job_claim wish = { .owner = owner,
                                    .numeric_profile = PROFILE,
                                    .threads_max = 8,
                                    .lease_ms = LEASE_MS,
                                    .threads_total = 16 };

    identifier_new(owner);
    return store_job_claim(store.db, &wish, &store.arena, out, &store.err);
}

struct job make_running_job(void)
{
    char id[IDENTIFIER_TEXT_BYTES];
    struct job job;

    make_job("job", id);
    ck_result(claim(&job), STORE_OK);
    ck_assert_str_eq(job.id, id);
    return job;
}

struct job job_now(const char *id)
{
    struct job job;

    ck_result(store_job_read(store.db, PROJECT, id, &store.arena, &job, &store.err), STORE_OK);
    return job;
}

int64_t number(const char *sql)
{
    const struct db_statement statement = { .name = "", .sql = sql }; /* unnamed: prepared anew each time */
    struct db *db = cluster_connect();
    struct db_rows *rows;
    int64_t result;

    ck_result(db_query_one(db, &statement, NULL, 0, &rows, &store.err), STORE_OK);
    result = db_rows_int64(rows, 0);
    db_rows_free(rows);
    db_close(db);
    return result;
}
