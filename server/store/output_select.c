/* server/store/output_select.c -- a part of the output of a job. */
#include "server/store/output.h"

static const struct db_statement statement = {
    .name = "output_select",
    .sql = "SELECT substring(bytes FROM (greatest($2 - start, 0) + 1)::integer"
           "                 FOR least(start + octet_length(bytes) - greatest(start, $2),"
           "                           $2 + $3 - greatest(start, $2))::integer)"
           "  FROM output_chunks"
           " WHERE job = $1 AND start < $2 + $3 AND start + octet_length(bytes) > $2"
           "   AND start >= coalesce((SELECT max(start) FROM output_chunks"
           "                           WHERE job = $1 AND start <= $2), 0)"
           " ORDER BY start",
};

enum store_result store_output_select(struct db *db, const char *job, int64_t offset, int64_t bytes_max,
                                      struct text *out, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(offset), db_int64(bytes_max) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        size_t count;
        const char *bytes = db_rows_bytes(rows, 0, &count);

        text_add_n(out, bytes, count);
    }
    db_rows_free(rows);
    return STORE_OK;
}
