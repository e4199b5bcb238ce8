/* server/store/job_insert.c -- queues a job. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_insert",
    .sql = "INSERT INTO jobs (id, project, name, labels, definition, definition_sha256, priority, threads,"
           " max_attempts, token, datasets)"
           " VALUES ($1, $2, $3, $4::jsonb, $5, sha256(convert_to($5, 'UTF8')), $6, $7, $8, $9, $10)"
           " ON CONFLICT (id) DO NOTHING",
};

enum store_result store_job_insert(struct db *db, const struct job_insert *insert, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(insert->id),
        db_text(insert->project),
        db_text(insert->name),
        db_text(insert->labels),
        db_text_n(insert->definition, insert->definition_bytes),
        db_int64(insert->priority),
        db_int64(insert->threads),
        db_int64(insert->max_attempts),
        db_text(insert->token),
        db_texts(insert->datasets, insert->dataset_count),
    };
    const enum store_result result = db_execute(db, &statement, values, COUNT(values), err);

    return result == STORE_NONE ? STORE_CONFLICT : result;
}
