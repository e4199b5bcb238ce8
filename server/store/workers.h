/* server/store/workers.h -- the table workers: one row per running server process. */
#ifndef SERVER_STORE_WORKERS_H
#define SERVER_STORE_WORKERS_H

#include "server/store/db.h"

struct worker_row {
    const char *owner; /* identifier made at each start of a process */
    const char *host, *build, *numeric_profile;
    int64_t threads;
};

/* Enters the worker, or notes that it was seen now. */
enum store_result store_worker_put(struct db *db, const struct worker_row *worker, struct error *err);
/* How many were seen during the last `seen_ms`. */
enum store_result store_worker_count(struct db *db, int64_t seen_ms, int64_t *out_count, struct error *err);
/* Removes the worker, and those not seen for a day. */
enum store_result store_worker_delete(struct db *db, const char *owner, struct error *err);

#endif
