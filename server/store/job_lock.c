/* server/store/job_lock.c -- one job, which nobody else changes before the transaction ends. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_lock",
    .sql = "SELECT " JOB_COLUMNS "  FROM jobs j LEFT JOIN job_status s ON s.job = j.id"
           " WHERE j.id = $1 AND j.project = $2"
           "   FOR NO KEY UPDATE OF j",
};

enum store_result store_job_lock(struct db *db, const char *project, const char *id, struct arena *arena,
                                 struct job *out, struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_text(project) };

    return job_row_query(db, &statement, values, COUNT(values), arena, out, err);
}
