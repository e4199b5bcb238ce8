/* server/store/job_list_running.c -- the running jobs and how their workers fare. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_list_running",
    .sql = "SELECT id, owner, epoch, heartbeat, lease_until < clock_timestamp(), stop_requested::text"
           "  FROM jobs"
           " WHERE state = 'running' AND ($1 IS NULL OR owner = $1)"
           " ORDER BY id",
};

enum store_result store_job_list_running(struct db *db, const char *owner, store_job_running_fn *each,
                                         void *context, struct error *err)
{
    const struct db_value values[] = { db_identifier(owner) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        struct job_running running = {
            .epoch = db_rows_int64(rows, 2),
            .heartbeat = db_rows_int64(rows, 3),
            .lease_passed = db_rows_boolean(rows, 4),
            .stop = stop_request_parse(db_rows_text(rows, 5)),
        };

        db_rows_identifier(rows, 0, running.id);
        db_rows_identifier(rows, 1, running.owner);
        each(context, &running);
    }
    db_rows_free(rows);
    return STORE_OK;
}
