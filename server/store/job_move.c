/* server/store/job_move.c -- changes the state of a job that no worker holds. */
#include "server/store/jobs.h"

#include <assert.h>

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "job_move",
    .sql = "WITH moved AS ("
           "    UPDATE jobs"
           "       SET state = $4, reason = $5, stop_requested = 'none',"
           "           finished_at = CASE WHEN $6 THEN clock_timestamp() END,"
           "           error = CASE WHEN $4 <> 'queued' THEN error END,"
           "           crash_count = CASE WHEN $4 <> 'queued' THEN crash_count ELSE 0 END,"
           "           run_after = CASE WHEN $4 <> 'queued' THEN run_after ELSE clock_timestamp() END,"
           "           last_checkpoint = coalesce($7, last_checkpoint)"
           "     WHERE id = $1 AND project = $2 AND state = $3"
           "    RETURNING id)"
           " SELECT EXISTS (SELECT FROM moved), EXISTS (SELECT FROM jobs WHERE id = $1 AND project = $2)",
};

enum store_result store_job_move(struct db *db, const struct job_move *move, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(move->id),           db_text(move->project), db_text(job_state_name(move->from)),
        db_text(job_state_name(move->to)), db_text(move->reason),  db_boolean(job_state_terminal(move->to)),
        db_identifier(move->checkpoint),
    };

    assert(move->from != JOB_RUNNING && move->to != JOB_RUNNING);
    return store_guarded(db, &statement, values, COUNT(values), err);
}
