/* server/store/job_count.c -- how many jobs stand in each state. */
#include "server/store/jobs.h"

#include <string.h>

static const struct db_statement statement = {
    .name = "job_count",
    .sql = "SELECT state, count(*) FROM jobs GROUP BY state",
};

enum store_result store_job_count(struct db *db, int64_t out_counts[JOB_STATE_COUNT], struct error *err)
{
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, NULL, 0, &rows, err);
    enum job_state state;

    if (result != STORE_OK)
        return result;
    memset(out_counts, 0, JOB_STATE_COUNT * sizeof(*out_counts));
    while (db_rows_next(rows))
        if (job_state_parse(db_rows_text(rows, 0), &state))
            out_counts[state] = db_rows_int64(rows, 1);
    db_rows_free(rows);
    return STORE_OK;
}
