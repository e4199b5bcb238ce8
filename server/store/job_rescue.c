/* server/store/job_rescue.c -- takes a job from a worker that is dead. */
#include "server/store/jobs.h"

#include <assert.h>

static const struct db_statement statement = {
    .name = "job_rescue",
    .sql = "WITH dead AS MATERIALIZED ("
           "    SELECT id, CASE WHEN stop_requested = 'cancel' THEN 'cancelled'"
           "                    WHEN crash_count + 1 >= max_attempts THEN 'failed'"
           "                    WHEN stop_requested = 'pause' THEN 'paused'"
           "                    ELSE 'queued' END AS next"
           "      FROM jobs"
           "     WHERE id = $1 AND epoch = $2 AND heartbeat = $3 AND state = 'running'"
           "       AND ($5 OR lease_until < clock_timestamp())"
           "       FOR NO KEY UPDATE),"
           " taken AS ("
           "    UPDATE jobs"
           "       SET state = next, owner = NULL, lease_until = NULL, crash_count = crash_count + 1,"
           "           reason = CASE next WHEN 'failed' THEN 'crash_loop' ELSE 'worker_lost' END,"
           "           error = CASE next WHEN 'failed' THEN"
           "                   json_build_object('code', 'crash_loop', 'message',"
           "                   format('its worker was lost %s times since the last checkpoint',"
           "                          crash_count + 1))::text END,"
           "           run_after = clock_timestamp() + make_interval(secs => $4 / 1000.0),"
           "           finished_at = CASE WHEN next IN ('failed', 'cancelled') THEN clock_timestamp() END,"
           "           stop_requested = CASE next WHEN 'queued' THEN stop_requested ELSE 'none' END"
           "      FROM dead WHERE jobs.id = dead.id"
           "    RETURNING jobs.id, epoch, state, reason),"
           " ended AS ("
           "    UPDATE attempts"
           "       SET finished_at = clock_timestamp(), outcome = taken.state, reason = taken.reason"
           "      FROM taken WHERE attempts.job = taken.id AND attempts.epoch = taken.epoch)"
           " SELECT state FROM taken",
};

enum store_result store_job_rescue(struct db *db, const struct job_rescue *rescue, enum job_state *out_state,
                                   struct error *err)
{
    const struct db_value values[] = {
        db_identifier(rescue->id),  db_int64(rescue->epoch),   db_int64(rescue->heartbeat),
        db_int64(rescue->delay_ms), db_boolean(rescue->alone),
    };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result == STORE_NONE ? STORE_CONFLICT : result;
    if (!job_state_parse(db_rows_text(rows, 0), out_state))
        assert(!"the table allows no other state");
    db_rows_free(rows);
    return STORE_OK;
}
