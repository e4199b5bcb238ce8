/* server/store/job_change.c -- name, labels and priority of a job. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_change",
    .sql = "UPDATE jobs SET name = coalesce($3, name), labels = coalesce($4::jsonb, labels),"
           "       priority = coalesce($5, priority)"
           " WHERE id = $1 AND project = $2",
};

enum store_result store_job_change(struct db *db, const char *project, const char *id,
                                   const struct job_change *change, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(id),
        db_text(project),
        db_text(change->name),
        db_text(change->labels),
        db_int64_or_null(change->priority),
    };

    return db_execute(db, &statement, values, COUNT(values), err);
}
