/* server/store/job_row.h -- the columns that every query of whole jobs selects, and how they become a struct
 * job. */
#ifndef SERVER_STORE_JOB_ROW_H
#define SERVER_STORE_JOB_ROW_H

#include "server/store/jobs.h"

/* Of jobs (or what a statement returned of it) as j, with job_status as s. */
#define JOB_COLUMNS                                                                                          \
    "j.id, j.project, j.name, j.labels::text, j.state, j.reason, j.error, j.priority, j.threads,"            \
    " j.max_attempts, j.epoch, j.stop_requested::text, j.crash_count, j.created_at, j.started_at,"           \
    " j.finished_at, j.log_seq, j.output_bytes, j.last_checkpoint, j.numeric_profile,"                       \
    " coalesce(s.iterations_done, 0), coalesce(s.epochs_done, 0), s.batches_per_epoch, s.examples_per_s,"    \
    " s.eta_s, s.status, s.progress_bar"

/* Texts are borrowed from `rows`. */
void job_row_read(const struct db_rows *rows, struct job *out);
/* Runs a statement that selects JOB_COLUMNS of one job. */
enum store_result job_row_query(struct db *db, const struct db_statement *statement,
                                const struct db_value *values, size_t count, struct arena *arena,
                                struct job *out, struct error *err);

/* The words of the type stop_request. */
const char *stop_request_name(enum stop_request stop);
enum stop_request stop_request_parse(const char *name);

#endif
