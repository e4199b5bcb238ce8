/* server/store/dataset_read.c -- one dataset. */
#include "server/store/dataset_row.h"

static const struct db_statement statement = {
    .name = "dataset_read",
    .sql = "SELECT " DATASET_COLUMNS " FROM datasets WHERE project = $1 AND name = $2",
};

enum store_result store_dataset_read(struct db *db, const char *project, const char *name,
                                     struct arena *arena, struct dataset_row *out, struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(name) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    dataset_row_read(rows, out);
    out->project = arena_text(arena, out->project);
    out->name = arena_text(arena, out->name);
    out->sources = arena_text(arena, out->sources);
    out->folder = arena_text(arena, out->folder);
    db_rows_free(rows);
    return STORE_OK;
}
