/* server/store/log_latest.c -- the newest entry of every record of some jobs. */
#include "server/store/log_row.h"

static const struct db_statement statement = {
    .name = "log_latest",
    .sql = "SELECT wanted.place - 1, newest.*"
           "  FROM unnest($1) WITH ORDINALITY AS wanted (job, place),"
           "       LATERAL ("
           "         WITH RECURSIVE names AS ("
           "              (SELECT record FROM log_entries WHERE job = wanted.job ORDER BY record LIMIT 1)"
           "              UNION ALL"
           "              SELECT (SELECT l.record FROM log_entries l"
           "                       WHERE l.job = wanted.job AND l.record > names.record"
           "                       ORDER BY l.record LIMIT 1)"
           "                FROM names WHERE names.record IS NOT NULL)"
           "         SELECT record FROM names WHERE record IS NOT NULL) AS name,"
           "       LATERAL ("
           "         SELECT " LOG_COLUMNS " FROM log_entries l"
           "          WHERE l.job = wanted.job AND l.record = name.record"
           "          ORDER BY l.iteration DESC LIMIT 1) AS newest"
           " ORDER BY wanted.place, newest.record",
};

enum store_result store_log_latest(struct db *db, const char *const *jobs, size_t job_count,
                                   store_latest_fn *each, void *context, struct error *err)
{
    const struct db_value values[] = { db_identifiers(jobs, job_count) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        const struct log_entry entry = log_row_read(rows, 1);

        each(context, (size_t)db_rows_int64(rows, 0), &entry);
    }
    db_rows_free(rows);
    return STORE_OK;
}
