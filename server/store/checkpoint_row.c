/* server/store/checkpoint_row.c -- see checkpoint_row.h. */
#include "server/store/checkpoint_row.h"

#include <stdio.h>

void checkpoint_row_read(const struct db_rows *rows, struct checkpoint_row *out)
{
    *out = (struct checkpoint_row){
        .path = db_rows_text(rows, 2),
        .file = db_rows_text(rows, 3),
        .bytes = db_rows_int64(rows, 4),
        .iterations_done = db_rows_int64(rows, 6),
        .epochs_done = db_rows_int64(rows, 7),
        .epoch = db_rows_int64(rows, 8),
        .automatic = db_rows_boolean(rows, 9),
        .resumable = db_rows_boolean(rows, 10),
        .metadata = db_rows_text(rows, 11),
        .created_us = db_rows_time_us(rows, 12),
    };
    db_rows_identifier(rows, 0, out->id);
    db_rows_identifier(rows, 1, out->job);
    snprintf(out->sha256, sizeof(out->sha256), "%s", db_rows_text(rows, 5));
}

enum store_result checkpoint_row_query(struct db *db, const struct db_statement *statement,
                                       const struct db_value *values, size_t count, store_checkpoint_fn *each,
                                       void *context, struct error *err)
{
    struct db_rows *rows;
    const enum store_result result = db_query(db, statement, values, count, &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        struct checkpoint_row row;

        checkpoint_row_read(rows, &row);
        each(context, &row);
    }
    db_rows_free(rows);
    return STORE_OK;
}
