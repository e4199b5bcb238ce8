/* server/store/job_request_stop.c -- asks a running job to stop. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_request_stop",
    .sql = "WITH asked AS ("
           "    UPDATE jobs SET stop_requested = greatest(stop_requested, $3::stop_request)"
           "     WHERE id = $1 AND project = $2 AND state = 'running'"
           "    RETURNING stop_requested::text AS stop)"
           " SELECT asked.stop"
           "  FROM (SELECT FROM jobs WHERE id = $1 AND project = $2) AS job LEFT JOIN asked ON true",
};

enum store_result store_job_request_stop(struct db *db, const char *project, const char *id,
                                         enum stop_request stop, enum stop_request *out_stop,
                                         struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_text(project),
                                       db_text(stop_request_name(stop)) };
    struct db_rows *rows;
    enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    if (db_rows_text(rows, 0))
        *out_stop = stop_request_parse(db_rows_text(rows, 0));
    else
        result = STORE_CONFLICT;
    db_rows_free(rows);
    return result;
}
