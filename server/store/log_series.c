/* server/store/log_series.c -- columns for plotting: entries in buckets. */
#include "server/store/log.h"

static const struct db_statement statement = {
    .name = "log_series",
    .sql = "WITH picked AS ("
           "    SELECT record, iteration, value FROM log_entries"
           "     WHERE job = $1 AND record = ANY ($2) AND value IS NOT NULL"
           "       AND ($3 IS NULL OR iteration >= $3) AND ($4 IS NULL OR iteration <= $4)),"
           " bounds AS ("
           "    SELECT min(iteration) AS low, max(iteration) AS high FROM picked)"
           " SELECT record, (iteration - low) * $5 / (high - low + 1) AS bucket,"
           "       min(iteration), max(iteration),"
           "       (array_agg(value ORDER BY iteration))[1],"
           "       (array_agg(value ORDER BY iteration DESC))[1],"
           "       min(value) FILTER (WHERE value <> 'NaN'),"
           "       max(value) FILTER (WHERE value <> 'NaN'), count(*)"
           "  FROM picked, bounds"
           " GROUP BY record, bucket"
           " ORDER BY record, bucket",
};

enum store_result store_log_series(struct db *db, const struct log_selection *selection, int64_t points,
                                   store_bucket_fn *each, void *context, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(selection->job),
        db_texts(selection->records, selection->record_count),
        db_int64_or_null(selection->from_iteration),
        db_int64_or_null(selection->to_iteration),
        db_int64(points),
    };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        const struct log_bucket bucket = {
            .record = db_rows_text(rows, 0),
            .bucket = db_rows_int64(rows, 1),
            .first_iteration = db_rows_int64(rows, 2),
            .last_iteration = db_rows_int64(rows, 3),
            .first = db_rows_real(rows, 4),
            .last = db_rows_real(rows, 5),
            .min = db_rows_real(rows, 6),
            .max = db_rows_real(rows, 7),
            .count = db_rows_int64(rows, 8),
        };

        each(context, &bucket);
    }
    db_rows_free(rows);
    return STORE_OK;
}
