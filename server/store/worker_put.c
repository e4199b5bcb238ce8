/* server/store/worker_put.c -- a server process lives. */
#include "server/store/workers.h"

static const struct db_statement statement = {
    .name = "worker_put",
    .sql = "INSERT INTO workers (owner, host, build, numeric_profile, threads) VALUES ($1, $2, $3, $4, $5)"
           " ON CONFLICT (owner) DO UPDATE SET seen_at = clock_timestamp()",
};

enum store_result store_worker_put(struct db *db, const struct worker_row *worker, struct error *err)
{
    const struct db_value values[] = { db_identifier(worker->owner), db_text(worker->host),
                                       db_text(worker->build), db_text(worker->numeric_profile),
                                       db_int64(worker->threads) };

    return db_execute(db, &statement, values, COUNT(values), err);
}
