/* server/store/job_list.c -- a page of jobs, newest first. */
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "job_list",
    .sql = "SELECT " JOB_COLUMNS "  FROM jobs j LEFT JOIN job_status s ON s.job = j.id"
           " WHERE j.project = $1"
           "   AND (cardinality($2) = 0 OR j.state = ANY ($2))"
           "   AND (cardinality($3) = 0 OR j.name = ANY ($3))"
           "   AND (cardinality($4) = 0 OR EXISTS (SELECT FROM unnest($4, $5) AS label (key, value)"
           "                                        WHERE j.labels ->> label.key = label.value))"
           "   AND (j.created_at, j.id) < (coalesce($6, 'infinity'),"
           "                               coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
           " ORDER BY j.created_at DESC, j.id DESC"
           " LIMIT $8",
};

enum store_result store_job_list(struct db *db, const struct job_filter *filter, store_job_fn *each,
                                 void *context, struct error *err)
{
    const char *states[JOB_STATE_COUNT];
    size_t state_count = 0;
    struct db_rows *rows;

    for (int state = 0; state < JOB_STATE_COUNT; state++)
        if (filter->states & 1U << state)
            states[state_count++] = job_state_name((enum job_state)state);

    const bool first = filter->before_created_us == TIME_ABSENT;
    const struct db_value values[] = {
        db_text(filter->project),
        db_texts(states, state_count),
        db_texts(filter->names, filter->name_count),
        db_texts(filter->label_keys, filter->label_count),
        db_texts(filter->label_values, filter->label_count),
        first ? db_null(DB_TIME) : db_time(filter->before_created_us),
        first ? db_null(DB_IDENTIFIER) : db_identifier(filter->before_id),
        db_int64(filter->limit),
    };
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        struct job job;

        job_row_read(rows, &job);
        each(context, &job);
    }
    db_rows_free(rows);
    return STORE_OK;
}
