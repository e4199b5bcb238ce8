/* server/store/checkpoint_delete.c -- forgets a checkpoint. */
#include "server/store/checkpoints.h"

static const struct db_statement statement = {
    .name = "checkpoint_delete",
    .sql = "WITH gone AS ("
           "    DELETE FROM checkpoints c USING jobs j"
           "     WHERE c.id = $3 AND c.job = $1 AND j.id = c.job AND j.project = $2"
           "    RETURNING c.id, c.job, c.file),"
           " mended AS ("
           "    UPDATE jobs SET last_checkpoint = ("
           "      SELECT c.id FROM checkpoints c WHERE c.job = gone.job AND c.automatic AND c.id <> gone.id"
           "       ORDER BY c.created_at DESC, c.id DESC LIMIT 1)"
           "      FROM gone WHERE jobs.id = gone.job AND jobs.last_checkpoint = gone.id)"
           " SELECT file FROM gone",
};

enum store_result store_checkpoint_delete(struct db *db, const char *project, const char *job, const char *id,
                                          struct arena *arena, const char **out_file, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_text(project), db_identifier(id) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    *out_file = arena_text(arena, db_rows_text(rows, 0));
    db_rows_free(rows);
    return STORE_OK;
}
