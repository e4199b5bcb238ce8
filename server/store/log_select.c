/* server/store/log_select.c -- the log entries of a job that a reader has not seen yet. */
#include "server/store/log_row.h"

static const struct db_statement statement = {
    .name = "log_select",
    .sql = "SELECT " LOG_COLUMNS "  FROM log_entries"
           " WHERE job = $1 AND seq > $2"
           "   AND (cardinality($3) = 0 OR record = ANY ($3))"
           "   AND ($4 IS NULL OR iteration >= $4)"
           "   AND ($5 IS NULL OR iteration <= $5)"
           " ORDER BY seq"
           " LIMIT $6",
};

enum store_result store_log_select(struct db *db, const struct log_selection *selection, store_log_fn *each,
                                   void *context, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(selection->job),
        db_int64(selection->after_seq),
        db_texts(selection->records, selection->record_count),
        db_int64_or_null(selection->from_iteration),
        db_int64_or_null(selection->to_iteration),
        db_int64(selection->limit),
    };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        const struct log_entry entry = log_row_read(rows, 0);

        each(context, &entry);
    }
    db_rows_free(rows);
    return STORE_OK;
}
