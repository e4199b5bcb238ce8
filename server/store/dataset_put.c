/* server/store/dataset_put.c -- creates or replaces a dataset. */
#include "server/store/datasets.h"

static const struct db_statement statement = {
    .name = "dataset_put",
    .sql = "WITH old AS MATERIALIZED ("
           "    SELECT folder FROM datasets WHERE project = $1 AND name = $2 FOR UPDATE),"
           " seen AS MATERIALIZED ("
           "    SELECT count(*) AS rows FROM old),"
           " put AS ("
           "    INSERT INTO datasets (project, name, sources, examples, bytes, sha256, folder)"
           "    SELECT $1, $2, $3, $4, $5, $6, $7 FROM seen WHERE coalesce($8, '') = '' OR seen.rows > 0"
           "    ON CONFLICT (project, name) DO UPDATE"
           "       SET sources = excluded.sources, examples = excluded.examples, bytes = excluded.bytes,"
           "           sha256 = excluded.sha256, folder = excluded.folder, changed_at = clock_timestamp()"
           /* A row that came in between is not to lose its folder unseen. */
           "     WHERE (SELECT rows FROM seen) > 0 AND ($8 IS NULL OR datasets.sha256 = $8)"
           "    RETURNING 1)"
           " SELECT EXISTS (SELECT FROM put), (SELECT folder FROM old)",
};

enum store_result store_dataset_put(struct db *db, const struct dataset_row *row, const char *expected_sha256,
                                    struct arena *arena, const char **out_old_folder, struct error *err)
{
    const struct db_value values[] = {
        db_text(row->project), db_text(row->name),   db_text(row->sources), db_int64(row->examples),
        db_int64(row->bytes),  db_text(row->sha256), db_text(row->folder),  db_text(expected_sha256),
    };
    struct db_rows *rows;
    enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    if (db_rows_boolean(rows, 0))
        *out_old_folder = arena_text(arena, db_rows_text(rows, 1));
    else
        result = STORE_CONFLICT;
    db_rows_free(rows);
    return result;
}
