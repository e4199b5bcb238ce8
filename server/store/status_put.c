/* server/store/status_put.c -- how far a job is. */
#include "server/store/status.h"

#include <math.h>

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "status_put",
    .sql = "INSERT INTO job_status (job, epoch, iterations_done, epochs_done, batches_per_epoch,"
           " examples_per_s, eta_s, status, progress_bar)"
           " SELECT id, epoch, $3, $4, $5, $6, $7, $8, $9"
           "  FROM jobs WHERE id = $1 AND epoch = $2 AND state = 'running' FOR NO KEY UPDATE"
           " ON CONFLICT (job) DO UPDATE"
           "   SET epoch = excluded.epoch, iterations_done = excluded.iterations_done,"
           "       epochs_done = excluded.epochs_done, batches_per_epoch = excluded.batches_per_epoch,"
           "       examples_per_s = excluded.examples_per_s, eta_s = excluded.eta_s,"
           "       status = coalesce(excluded.status, job_status.status),"
           "       progress_bar = excluded.progress_bar, changed_at = clock_timestamp()",
};

static struct db_value known_real(double real)
{
    return isnan(real) ? db_null(DB_REAL) : db_real(real);
}

enum store_result store_status_put(struct db *db, const struct job_status *status, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(status->job),
        db_int64(status->epoch),
        db_int64(status->iterations_done),
        db_int64(status->epochs_done),
        db_int64_or_null(status->batches_per_epoch),
        known_real(status->examples_per_s),
        known_real(status->eta_s),
        db_text(status->status),
        db_text(status->progress_bar),
    };

    return store_fenced(db, &statement, values, COUNT(values), err);
}
