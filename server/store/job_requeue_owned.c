/* server/store/job_requeue_owned.c -- what a draining server still holds goes back to the queue. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_requeue_owned",
    .sql = "WITH given AS ("
           "    UPDATE jobs"
           "       SET state = CASE stop_requested WHEN 'cancel' THEN 'cancelled' WHEN 'pause' THEN 'paused' "
           "    ELSE 'queued' END,"
           "           reason = 'drain', owner = NULL, lease_until = NULL, run_after = clock_timestamp(),"
           "           finished_at = CASE stop_requested WHEN 'cancel' THEN clock_timestamp() END,"
           "           stop_requested = CASE WHEN stop_requested IN ('cancel', 'pause') THEN 'none' ELSE "
           "    stop_requested END"
           "     WHERE owner = $1 AND state = 'running'"
           "    RETURNING id, epoch, state),"
           " ended AS ("
           "    UPDATE attempts SET finished_at = clock_timestamp(), outcome = given.state, reason = 'drain'"
           "      FROM given WHERE attempts.job = given.id AND attempts.epoch = given.epoch)"
           " SELECT count(*) FROM given",
};

enum store_result store_job_requeue_owned(struct db *db, const char *owner, int64_t *out_count,
                                          struct error *err)
{
    const struct db_value values[] = { db_identifier(owner) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    *out_count = db_rows_int64(rows, 0);
    db_rows_free(rows);
    return STORE_OK;
}
