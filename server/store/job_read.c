/* server/store/job_read.c -- one job, as it stands. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_read",
    .sql = "SELECT " JOB_COLUMNS "  FROM jobs j LEFT JOIN job_status s ON s.job = j.id"
           " WHERE j.id = $1 AND j.project = $2",
};

enum store_result store_job_read(struct db *db, const char *project, const char *id, struct arena *arena,
                                 struct job *out, struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_text(project) };

    return job_row_query(db, &statement, values, COUNT(values), arena, out, err);
}
