/* tests/server/cluster.c -- see cluster.h. */
#include "tests/server/cluster.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "server/migrate.h"
#include "server/postgres_cluster.h"
#include "server/private_postgres.h"

static char folder[] = "/tmp/kiln-test.XXXXXX";
static struct private_postgres *postgres;

static void give_up(const char *what, const struct error *err)
{
    fprintf(stderr, "%s: %s (%s)\n", what, err->message, err->hint);
    exit(EXIT_FAILURE);
}

void cluster_start(void)
{
    const struct private_postgres_options options = { .data = folder };
    struct error err = { 0 };
    struct db *db;
    size_t applied;

    if (!mkdtemp(folder) || chmod(folder, 0711) != 0) {
        perror(folder);
        exit(EXIT_FAILURE);
    }
    postgres = private_postgres_start(&options, &err);
    if (!postgres)
        give_up("starting the test cluster", &err);
    db = cluster_connect();
    if (!migrate(db, migrations, &applied, &err))
        give_up("migrating the test cluster", &err);
    db_close(db);
}

void cluster_stop(void)
{
    private_postgres_stop(postgres);
    postgres_folder_remove(folder);
}

const char *cluster_url(void)
{
    return private_postgres_url(postgres);
}

struct db *cluster_connect(void)
{
    const struct db_options options = { .url = cluster_url(), .name = "kiln test" };

    return db_open(&options);
}

void cluster_clear(struct db *db)
{
    cluster_run(
        db, "TRUNCATE jobs, job_status, attempts, events, deleted_jobs, workers, log_entries, output_chunks,"
            " checkpoints, datasets, idempotency_keys, tokens, audit");
}

void cluster_run(struct db *db, const char *sql)
{
    struct error err = { 0 };

    ck_assert_msg(db_script(db, sql, &err) == STORE_OK, "%s", err.message);
}
