/* server/store/job_release.c -- ends an attempt: the job leaves its worker. */
#include "server/store/jobs.h"

#include <assert.h>

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "job_release",
    .sql = "WITH left_alone AS ("
           "    UPDATE jobs"
           "       SET state = $3, reason = $4, error = $5, owner = NULL, lease_until = NULL,"
           "           finished_at = CASE WHEN $6 THEN clock_timestamp() END,"
           "           run_after = clock_timestamp() + make_interval(secs => $7 / 1000.0),"
           "           stop_requested = CASE WHEN $3 = 'queued' THEN stop_requested ELSE 'none' END"
           "     WHERE id = $1 AND epoch = $2 AND state = 'running'"
           "    RETURNING id, epoch)"
           " UPDATE attempts SET finished_at = clock_timestamp(), outcome = $3, reason = $4"
           "  FROM left_alone WHERE attempts.job = left_alone.id AND attempts.epoch = left_alone.epoch",
};

enum store_result store_job_release(struct db *db, const struct job_release *release, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(release->id),  db_int64(release->epoch), db_text(job_state_name(release->to)),
        db_text(release->reason),    db_text(release->error),  db_boolean(job_state_terminal(release->to)),
        db_int64(release->delay_ms),
    };

    assert(release->to != JOB_RUNNING);
    return store_fenced(db, &statement, values, COUNT(values), err);
}
