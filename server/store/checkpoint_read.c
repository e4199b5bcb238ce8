/* server/store/checkpoint_read.c -- one checkpoint, by id or as the newest at its path. */
#include "server/store/checkpoint_row.h"

static const struct db_statement statement = {
    .name = "checkpoint_read",
    .sql = "SELECT " CHECKPOINT_COLUMNS "  FROM checkpoints c JOIN jobs j ON j.id = c.job"
           " WHERE c.job = $1 AND j.project = $2 AND (c.id = $3 OR ($3 IS NULL AND c.path = $4))"
           " ORDER BY c.created_at DESC, c.id DESC"
           " LIMIT 1",
};

enum store_result store_checkpoint_read(struct db *db, const char *project, const char *job, const char *name,
                                        struct arena *arena, struct checkpoint_row *out, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_text(project), db_identifier(name),
                                       db_text(name) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    checkpoint_row_read(rows, out);
    out->path = arena_text(arena, out->path);
    out->file = arena_text(arena, out->file);
    out->metadata = arena_text(arena, out->metadata);
    db_rows_free(rows);
    return STORE_OK;
}
