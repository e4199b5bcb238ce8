/* server/store/job_row.c -- see job_row.h. */
#include "server/store/job_row.h"

#include <assert.h>
#include <string.h>

static const char *const stop_names[] = {
    [STOP_NONE] = "none",     [STOP_EPOCH] = "epoch",   [STOP_BATCH] = "batch",
    [STOP_SUSPEND] = "pause", [STOP_CANCEL] = "cancel",
};

const char *stop_request_name(enum stop_request stop)
{
    return stop_names[stop];
}

enum stop_request stop_request_parse(const char *name)
{
    enum stop_request stop = STOP_NONE;

    while (strcmp(stop_names[stop], name) != 0) {
        assert(stop < STOP_CANCEL);
        stop++;
    }
    return stop;
}

void job_row_read(const struct db_rows *rows, struct job *out)
{
    *out = (struct job){
        .project = db_rows_text(rows, 1),
        .name = db_rows_text(rows, 2),
        .labels = db_rows_text(rows, 3),
        .reason = db_rows_text(rows, 5),
        .error = db_rows_text(rows, 6),
        .priority = db_rows_int64(rows, 7),
        .threads = db_rows_int64(rows, 8),
        .max_attempts = db_rows_int64(rows, 9),
        .epoch = db_rows_int64(rows, 10),
        .stop = stop_request_parse(db_rows_text(rows, 11)),
        .crash_count = db_rows_int64(rows, 12),
        .created_us = db_rows_time_us(rows, 13),
        .started_us = db_rows_time_us(rows, 14),
        .finished_us = db_rows_time_us(rows, 15),
        .log_seq = db_rows_int64(rows, 16),
        .output_bytes = db_rows_int64(rows, 17),
        .numeric_profile = db_rows_text(rows, 19),
        .iterations_done = db_rows_int64(rows, 20),
        .epochs_done = db_rows_int64(rows, 21),
        .batches_per_epoch = db_rows_int64_or(rows, 22, INTEGER_ABSENT),
        .examples_per_s = db_rows_real(rows, 23),
        .eta_s = db_rows_real(rows, 24),
        .status = db_rows_text(rows, 25),
        .progress_bar = db_rows_text(rows, 26),
    };
    db_rows_identifier(rows, 0, out->id);
    db_rows_identifier(rows, 18, out->last_checkpoint);
    if (!job_state_parse(db_rows_text(rows, 4), &out->state))
        assert(!"the table allows no other state");
}

/* Copies the texts into the arena. */
static void keep(struct job *job, struct arena *arena)
{
    const char **const texts[] = { &job->project, &job->name,   &job->labels,       &job->reason,
                                   &job->error,   &job->status, &job->progress_bar, &job->numeric_profile };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_text(arena, *texts[i]);
}

enum store_result job_row_query(struct db *db, const struct db_statement *statement,
                                const struct db_value *values, size_t count, struct arena *arena,
                                struct job *out, struct error *err)
{
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, statement, values, count, &rows, err);

    if (result != STORE_OK)
        return result;
    job_row_read(rows, out);
    keep(out, arena);
    db_rows_free(rows);
    return STORE_OK;
}
