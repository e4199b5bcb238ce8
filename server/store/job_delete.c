/* server/store/job_delete.c -- deletes a job at rest; what is large is only marked and goes step by step
 * (job_purge.c). */
#include "server/store/jobs.h"

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "job_delete",
    .sql = "WITH gone AS ("
           "    DELETE FROM jobs WHERE id = $1 AND project = $2 AND state NOT IN ('queued', 'running') "
           "    RETURNING id),"
           " noted AS ("
           "    INSERT INTO deleted_jobs (id) SELECT id FROM gone)"
           " SELECT EXISTS (SELECT FROM gone), EXISTS (SELECT FROM jobs WHERE id = $1 AND project = $2)",
};

enum store_result store_job_delete(struct db *db, const char *project, const char *id, struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_text(project) };

    return store_guarded(db, &statement, values, COUNT(values), err);
}
