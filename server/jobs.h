/* server/jobs.h -- what clients can do to jobs: submit, interrupt, cancel, delete.
 *
 * Each call is one decision of the state table (job_state.h) made durable.  Errors: ERROR_NOT_FOUND for a job
 * that is not there or another project's, ERROR_STATE when its state does not permit it, ERROR_UNAVAILABLE
 * and ERROR_INTERNAL from the store.  `db` is used by one thread at a time. */
#ifndef SERVER_JOBS_H
#define SERVER_JOBS_H

#include "engine/run.h"
#include "server/store/jobs.h"

struct job_submission {
    const char *project;
    const char *token;      /* who submits; NULL without authentication */
    const char *definition; /* as received */
    size_t definition_bytes;
    const struct dataset_source *datasets;
};

/* NULL with every error, each with line and column.  `out_syntax` tells that the text is not even JSON. */
struct definition *job_check(const struct job_submission *submission, bool *out_syntax,
                             struct error_list *errors);

/* Queues a definition that has passed job_check. */
bool job_submit(struct db *db, const struct job_submission *submission, const struct definition *definition,
                char out_id[IDENTIFIER_TEXT_BYTES], struct error *err);

bool job_read(struct db *db, const char *project, const char *id, struct arena *arena, struct job *out,
              struct error *err);

/* STOP_EPOCH or STOP_BATCH: a first or a second Ctrl-C.  A job that has not begun ends at once. */
bool job_interrupt(struct db *db, const char *project, const char *id, enum stop_request stop,
                   struct error *err);
/* Ends at the next batch boundary; a job that does not run ends at once. */
bool job_cancel(struct db *db, const char *project, const char *id, struct error *err);
/* Of a job at rest.  Its log and files go in the background: job_bury. */
bool job_delete(struct db *db, const char *project, const char *id, struct error *err);

struct checkpoint_files;
/* One step of cleaning up behind deleted jobs; *out_idle is set when nothing was left to do. */
bool job_bury(struct db *db, struct checkpoint_files *files, bool *out_idle, struct error *err);

#endif
