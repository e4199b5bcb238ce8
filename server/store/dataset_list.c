/* server/store/dataset_list.c -- a page of datasets, by name. */
#include "server/store/dataset_row.h"

static const struct db_statement statement = {
    .name = "dataset_list",
    .sql = "SELECT " DATASET_COLUMNS
           "  FROM datasets WHERE project = $1 AND name > coalesce($2, '') ORDER BY name LIMIT $3",
};

enum store_result store_dataset_list(struct db *db, const char *project, const char *after_name,
                                     int64_t limit, store_dataset_fn *each, void *context, struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(after_name), db_int64(limit) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        struct dataset_row row;

        dataset_row_read(rows, &row);
        each(context, &row);
    }
    db_rows_free(rows);
    return STORE_OK;
}
