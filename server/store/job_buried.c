/* server/store/job_buried.c -- nothing of a deleted job is left. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_buried",
    .sql = "DELETE FROM deleted_jobs WHERE id = $1",
};

enum store_result store_job_buried(struct db *db, const char *id, struct error *err)
{
    const struct db_value values[] = { db_identifier(id) };

    return db_execute(db, &statement, values, COUNT(values), err);
}
