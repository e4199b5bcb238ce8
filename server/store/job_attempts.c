/* server/store/job_attempts.c -- the attempts made at a job. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_attempts",
    .sql = "SELECT epoch, owner, checkpoint, outcome, reason, started_at, finished_at"
           "  FROM attempts WHERE job = $1 ORDER BY epoch",
};

enum store_result store_job_attempts(struct db *db, const char *id, store_attempt_fn *each, void *context,
                                     struct error *err)
{
    const struct db_value values[] = { db_identifier(id) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        struct job_attempt attempt = {
            .epoch = db_rows_int64(rows, 0),
            .outcome = db_rows_text(rows, 3),
            .reason = db_rows_text(rows, 4),
            .started_us = db_rows_time_us(rows, 5),
            .finished_us = db_rows_time_us(rows, 6),
        };

        db_rows_identifier(rows, 1, attempt.owner);
        db_rows_identifier(rows, 2, attempt.checkpoint);
        each(context, &attempt);
    }
    db_rows_free(rows);
    return STORE_OK;
}
