/* server/store/sweep_lock.c -- one server at a time sweeps. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "sweep_lock",
    .sql = "SELECT pg_try_advisory_xact_lock(x'6b696c6e73776565'::bigint)",
};

enum store_result store_sweep_lock(struct db *db, bool *out_locked, struct error *err)
{
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, NULL, 0, &rows, err);

    if (result != STORE_OK)
        return result;
    *out_locked = db_rows_boolean(rows, 0);
    db_rows_free(rows);
    return STORE_OK;
}
