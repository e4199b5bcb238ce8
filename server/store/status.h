/* server/store/status.h -- the table job_status: how far a job is, one row each, overwritten in place. */
#ifndef SERVER_STORE_STATUS_H
#define SERVER_STORE_STATUS_H

#include "server/store/db.h"

struct job_status {
    const char *job;
    int64_t epoch; /* of the writer's claim */
    int64_t iterations_done, epochs_done;
    int64_t batches_per_epoch;    /* INTEGER_ABSENT: unknown */
    double examples_per_s, eta_s; /* NaN: unknown */
    const char *status;           /* JSON object: the log's status; NULL: stays */
    const char *progress_bar;     /* the line shown now; NULL: none */
};

/* STORE_CONFLICT: a newer claim has written; this one is lost. */
enum store_result store_status_put(struct db *db, const struct job_status *status, struct error *err);

#endif
