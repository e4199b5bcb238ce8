/* server/store/job_claim.c -- gives the next runnable job to a worker. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_claim",
    .sql = "WITH next AS MATERIALIZED ("
           "    SELECT id FROM jobs"
           "     WHERE state = 'queued' AND run_after <= clock_timestamp() AND least(threads, $5) <= $3"
           "       AND (last_checkpoint IS NULL OR numeric_profile IS NULL OR numeric_profile = $2)"
           "     ORDER BY priority DESC, created_at, id"
           "     LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED),"
           " taken AS ("
           "    UPDATE jobs"
           "       SET state = 'running', reason = NULL, error = NULL, owner = $1, numeric_profile = $2,"
           "           epoch = epoch + 1, heartbeat = 0,"
           "           lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0),"
           "           started_at = coalesce(started_at, clock_timestamp())"
           "      FROM next WHERE jobs.id = next.id"
           "    RETURNING jobs.*),"
           " begun AS ("
           "    INSERT INTO attempts (job, epoch, owner, checkpoint, numeric_profile)"
           "    SELECT id, epoch, owner, last_checkpoint, numeric_profile FROM taken)"
           " SELECT " JOB_COLUMNS "  FROM taken j LEFT JOIN job_status s ON s.job = j.id",
};

enum store_result store_job_claim(struct db *db, const struct job_claim *claim, struct arena *arena,
                                  struct job *out, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(claim->owner), db_text(claim->numeric_profile), db_int64(claim->threads_max),
        db_int64(claim->lease_ms),   db_int64(claim->threads_total),
    };

    return job_row_query(db, &statement, values, COUNT(values), arena, out, err);
}
