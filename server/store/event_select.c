/* server/store/event_select.c -- the events of a job that a reader has not seen yet. */
#include "server/store/events.h"

static const struct db_statement statement = {
    .name = "event_select",
    .sql = "SELECT id, at, kind, epoch, state, reason, detail"
           "  FROM events WHERE job = $1 AND id > $2 ORDER BY id LIMIT $3",
};

enum store_result store_event_select(struct db *db, const char *job, int64_t after_id, int64_t limit,
                                     store_event_fn *each, void *context, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(after_id), db_int64(limit) };
    struct db_rows *rows;
    const enum store_result result = db_query(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    while (db_rows_next(rows)) {
        const struct job_event_row event = {
            .id = db_rows_int64(rows, 0),
            .at_us = db_rows_time_us(rows, 1),
            .kind = db_rows_text(rows, 2),
            .epoch = db_rows_int64(rows, 3),
            .state = db_rows_text(rows, 4),
            .reason = db_rows_text(rows, 5),
            .detail = db_rows_text(rows, 6),
        };

        each(context, &event);
    }
    db_rows_free(rows);
    return STORE_OK;
}
