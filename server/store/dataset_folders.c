/* server/store/dataset_folders.c -- which folders of datasets are in use. */
#include "server/store/datasets.h"

/* The order of strcmp, whatever the database collates by. */
static const struct db_statement statement = {
    .name = "dataset_folders",
    .sql = "SELECT folder FROM datasets ORDER BY folder COLLATE \"C\"",
};

enum store_result store_dataset_folders(struct db *db, struct arena *arena, const char ***out,
                                        size_t *out_count, struct error *err)
{
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, NULL, 0, &rows, err);

    if (result != STORE_OK)
        return result;
    *out = arena_array(arena, db_rows_count(rows), sizeof(**out));
    *out_count = 0;
    while (db_rows_next(rows))
        (*out)[(*out_count)++] = arena_text(arena, db_rows_text(rows, 0));
    db_rows_free(rows);
    return STORE_OK;
}
