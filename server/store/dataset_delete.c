/* server/store/dataset_delete.c -- forgets a dataset. */
#include "server/store/datasets.h"

static const struct db_statement statement = {
    .name = "dataset_delete",
    .sql = "DELETE FROM datasets WHERE project = $1 AND name = $2 RETURNING folder",
};

enum store_result store_dataset_delete(struct db *db, const char *project, const char *name,
                                       struct arena *arena, const char **out_folder, struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(name) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    *out_folder = arena_text(arena, db_rows_text(rows, 0));
    db_rows_free(rows);
    return STORE_OK;
}
