/* server/store/worker_count.c -- how many servers are at work. */
#include "server/store/workers.h"

static const struct db_statement statement = {
    .name = "worker_count",
    .sql = "SELECT count(*) FROM workers WHERE seen_at > clock_timestamp() - $1 * interval '1 millisecond'",
};

enum store_result store_worker_count(struct db *db, int64_t seen_ms, int64_t *out_count, struct error *err)
{
    const struct db_value values[] = { db_int64(seen_ms) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    *out_count = db_rows_int64(rows, 0);
    db_rows_free(rows);
    return STORE_OK;
}
