/* server/store/job_definition.c -- the definition of a job, as it was submitted. */
#include "server/store/jobs.h"

#include <string.h>

static const struct db_statement statement = {
    .name = "job_definition",
    .sql = "SELECT definition FROM jobs WHERE id = $1 AND project = $2",
};

enum store_result store_job_definition(struct db *db, const char *project, const char *id,
                                       struct arena *arena, const char **out_definition, size_t *out_bytes,
                                       struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_text(project) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    *out_definition = arena_text(arena, db_rows_text(rows, 0));
    *out_bytes = strlen(*out_definition);
    db_rows_free(rows);
    return STORE_OK;
}
