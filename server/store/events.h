/* server/store/events.h -- the table events: what happened to a job, in order.
 *
 * Changes of state and new checkpoints write theirs themselves, in the same transaction
 * (0002_add_events.sql). */
#ifndef SERVER_STORE_EVENTS_H
#define SERVER_STORE_EVENTS_H

#include "server/store/db.h"

struct job_event_row {
    int64_t id; /* grows; the cursor */
    int64_t at_us;
    const char *kind;   /* "state", "checkpoint", ... */
    int64_t epoch;      /* the attempt; 0 before the first */
    const char *state;  /* for "state": the new one; else NULL */
    const char *reason; /* NULL: none */
    const char *detail; /* JSON object; NULL: none */
};
typedef void store_event_fn(void *context, const struct job_event_row *event);

enum store_result store_event_insert(struct db *db, const char *job, int64_t epoch, const char *kind,
                                     const char *reason, const char *detail, struct error *err);
/* Oldest first. */
enum store_result store_event_select(struct db *db, const char *job, int64_t after_id, int64_t limit,
                                     store_event_fn *each, void *context, struct error *err);

#endif
