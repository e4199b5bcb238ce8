/* server/store/job_renew.c -- the heartbeat of a worker, and the fence in front of its writes. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_renew",
    .sql = "UPDATE jobs SET heartbeat = heartbeat + 1,"
           "       lease_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)"
           " WHERE id = $1 AND epoch = $2 AND state = 'running'"
           " RETURNING stop_requested::text",
};

enum store_result store_job_renew(struct db *db, const char *id, int64_t epoch, int64_t lease_ms,
                                  enum stop_request *out_stop, struct error *err)
{
    const struct db_value values[] = { db_identifier(id), db_int64(epoch), db_int64(lease_ms) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result == STORE_NONE ? STORE_CONFLICT : result;
    *out_stop = stop_request_parse(db_rows_text(rows, 0));
    db_rows_free(rows);
    return STORE_OK;
}
