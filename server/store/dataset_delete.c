/* server/store/dataset_delete.c -- forgets a dataset. */
#include "server/store/datasets.h"

static const struct db_statement statement = {
    .name = "dataset_delete",
    .sql = "WITH needed AS MATERIALIZED ("
           " SELECT EXISTS (SELECT FROM jobs WHERE project = $1 AND $2 = ANY (datasets)"
           "                   AND state IN ('queued', 'running', 'paused')) AS needed),"
           " gone AS ("
           " DELETE FROM datasets d USING needed"
           "  WHERE d.project = $1 AND d.name = $2 AND NOT needed.needed RETURNING d.folder)"
           " SELECT needed.needed, gone.folder FROM needed LEFT JOIN gone ON true"
           "  WHERE gone.folder IS NOT NULL"
           "     OR needed.needed AND EXISTS (SELECT FROM datasets WHERE project = $1 AND name = $2)",
};

enum store_result store_dataset_delete(struct db *db, const char *project, const char *name,
                                       struct arena *arena, const char **out_folder, struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(name) };
    struct db_rows *rows;
    bool needed;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    needed = db_rows_boolean(rows, 0);
    if (!needed)
        *out_folder = arena_text(arena, db_rows_text(rows, 1));
    db_rows_free(rows);
    return needed ? STORE_CONFLICT : STORE_OK;
}
