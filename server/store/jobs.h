/* server/store/jobs.h -- the table jobs: what was submitted, where it stands, who works on it.
 *
 * Ownership: a claim raises `epoch` (of the lease; training epochs are counted elsewhere) and sets a lease.
 * Every write of a worker names job and epoch and changes nothing once a newer claim exists.  All times are
 * the database's own.  Changes of state write an event and the attempt's outcome in the same transaction.
 *
 * `project` scopes what clients see: another project's job is STORE_NONE.  An id that is no identifier is
 * too. Texts of a struct job live in the given arena, or during the call of `each`. */
#ifndef SERVER_STORE_JOBS_H
#define SERVER_STORE_JOBS_H

#include "engine/base/arena.h"
#include "engine/base/param.h"
#include "engine/training/control.h"
#include "server/job_state.h"
#include "server/store/db.h"

struct job {
    char id[IDENTIFIER_TEXT_BYTES];
    const char *project, *name;
    const char *labels; /* JSON object of texts */
    enum job_state state;
    const char *reason; /* a word such as "drain"; NULL: none */
    const char *error;  /* JSON object; NULL: none */
    int64_t priority, threads, max_attempts;
    int64_t epoch;                               /* claims so far: the attempt that clients see */
    enum stop_request stop;                      /* asked for, not yet taken effect */
    int64_t crash_count;                         /* since the newest checkpoint */
    int64_t created_us, started_us, finished_us; /* TIME_ABSENT: not yet */
    int64_t log_seq;                             /* the highest given out */
    int64_t output_bytes;                        /* written so far */
    char last_checkpoint[IDENTIFIER_TEXT_BYTES]; /* where it would go on; "": from the beginning */
    const char *numeric_profile;                 /* of the latest attempt; NULL before */
    /* from job_status */
    int64_t iterations_done, epochs_done;
    int64_t batches_per_epoch;    /* INTEGER_ABSENT: unknown */
    double examples_per_s, eta_s; /* NaN: unknown */
    const char *status;           /* JSON object: the log's status; NULL before the first */
    const char *progress_bar;     /* the line shown now; NULL: none */
};

typedef void store_job_fn(void *context, const struct job *job);

struct job_insert {
    const char *id, *project, *name;
    const char *labels;     /* JSON object of texts */
    const char *definition; /* as submitted */
    size_t definition_bytes;
    int64_t priority, threads, max_attempts;
    const char *token;           /* who submitted it; NULL without authentication */
    const char *const *datasets; /* names of the stored datasets that it uses */
    size_t dataset_count;
};

/* Queued at once; waiting schedulers are notified on CHANNEL_JOBS.  STORE_CONFLICT: the id exists. */
enum store_result store_job_insert(struct db *db, const struct job_insert *insert, struct error *err);

enum store_result store_job_read(struct db *db, const char *project, const char *id, struct arena *arena,
                                 struct job *out, struct error *err);
/* Inside a transaction: the same, and nobody else changes the job before it ends. */
enum store_result store_job_lock(struct db *db, const char *project, const char *id, struct arena *arena,
                                 struct job *out, struct error *err);
enum store_result store_job_definition(struct db *db, const char *project, const char *id,
                                       struct arena *arena, const char **out_definition, size_t *out_bytes,
                                       struct error *err);

struct job_filter {
    const char *project;
    unsigned states;                                     /* bits 1 << enum job_state; 0: any */
    const char *const *names;                            /* any of these */
    size_t name_count;                                   /* 0: any */
    const char *const *label_keys, *const *label_values; /* pairs: any of these */
    size_t label_count;                                  /* 0: any */
    int64_t before_created_us; /* cursor: the last job of the page before; TIME_ABSENT: from the newest */
    const char *before_id;
    int64_t limit;
};

/* Newest first.  Ask for one more than a page to know whether another follows. */
enum store_result store_job_list(struct db *db, const struct job_filter *filter, store_job_fn *each,
                                 void *context, struct error *err);

/* How many jobs stand in each state, over all projects. */
enum store_result store_job_count(struct db *db, int64_t out_counts[JOB_STATE_COUNT], struct error *err);

struct job_change {
    const char *name, *labels; /* NULL: stays */
    int64_t priority;          /* INTEGER_ABSENT: stays */
};
enum store_result store_job_change(struct db *db, const char *project, const char *id,
                                   const struct job_change *change, struct error *err);

/* ---- moves made by clients ---- */

struct job_move {
    const char *project, *id;
    enum job_state from, to; /* allowed by job_state.h; `from` is not JOB_RUNNING */
    const char *reason;      /* NULL: none */
    const char *checkpoint;  /* to JOB_QUEUED: where to go on; NULL: where it stopped */
};
/* STORE_CONFLICT: the job is not, or no longer, in `from`. */
enum store_result store_job_move(struct db *db, const struct job_move *move, struct error *err);

/* Asks a running job to stop; a weaker request than the present one changes nothing.  out_stop is what now
 * holds. Notifies CHANNEL_STOPS.  STORE_CONFLICT: it is not running. */
enum store_result store_job_request_stop(struct db *db, const char *project, const char *id,
                                         enum stop_request stop, enum stop_request *out_stop,
                                         struct error *err);

/* Deletes a job at rest (neither queued nor running) with its events, status and checkpoint rows.  Its log
 * and output go with store_job_purge; until then the job is noted in deleted_jobs.  STORE_CONFLICT: not at
 * rest. */
enum store_result store_job_delete(struct db *db, const char *project, const char *id, struct error *err);
/* One step of cleaning up behind deleted jobs: removes up to rows_max log rows and output chunks of one of
 * them. STORE_NONE: nothing is left to do.  Once `out_done`, the caller removes the job's files and calls
 * store_job_buried. */
enum store_result store_job_purge(struct db *db, int64_t rows_max, char out_id[IDENTIFIER_TEXT_BYTES],
                                  bool *out_done, struct error *err);
enum store_result store_job_buried(struct db *db, const char *id, struct error *err);

/* ---- workers ---- */

struct job_claim {
    const char *owner; /* identifier made at each start of a process */
    const char *numeric_profile;
    int64_t threads_max; /* free threads: jobs that want more are passed over */
    int64_t lease_ms;
    int64_t threads_total; /* free or not: a job that wants more than these takes them all */
};
/* The runnable job of highest priority, the oldest first, is now running and ours.  A job with a checkpoint
 * is only given to its own numeric profile.  STORE_NONE: there is none. */
enum store_result store_job_claim(struct db *db, const struct job_claim *claim, struct arena *arena,
                                  struct job *out, struct error *err);

/* The fence, and the heartbeat: extends the lease and locks the job for the rest of the transaction.
 * STORE_CONFLICT: lost; write nothing more. */
enum store_result store_job_renew(struct db *db, const char *id, int64_t epoch, int64_t lease_ms,
                                  enum stop_request *out_stop, struct error *err);

struct job_release {
    const char *id;
    int64_t epoch;
    enum job_state to;  /* not JOB_RUNNING */
    const char *reason; /* "finish_requested", "drain" ...; NULL: none */
    const char *error;  /* JSON object; NULL: none */
    int64_t delay_ms;   /* to JOB_QUEUED: not before that */
};
/* Ends an attempt.  STORE_CONFLICT: lost. */
enum store_result store_job_release(struct db *db, const struct job_release *release, struct error *err);

/* The last word of a draining server: what it still holds goes back to the queue.  Not counted as a crash. */
enum store_result store_job_requeue_owned(struct db *db, const char *owner, int64_t *out_count,
                                          struct error *err);

struct job_running {
    char id[IDENTIFIER_TEXT_BYTES], owner[IDENTIFIER_TEXT_BYTES];
    int64_t epoch, heartbeat;
    bool lease_passed;
    enum stop_request stop;
};
typedef void store_job_running_fn(void *context, const struct job_running *running);
/* All running jobs, or those of one owner (NULL: all). */
enum store_result store_job_list_running(struct db *db, const char *owner, store_job_running_fn *each,
                                         void *context, struct error *err);

struct job_rescue {
    const char *id;
    int64_t epoch, heartbeat; /* as seen; unchanged over one lease of the caller's own clock */
    int64_t delay_ms;         /* before it may be claimed again */
    bool alone;               /* no other server can exist: the lease need not have passed */
};
/* Takes a job from a dead worker: queued, with a crash counted, or failed ("crash_loop") when that was the
 * last attempt allowed.  STORE_CONFLICT: its worker lives, or someone else was faster. */
enum store_result store_job_rescue(struct db *db, const struct job_rescue *rescue, enum job_state *out_state,
                                   struct error *err);

/* Inside a transaction: true for one server at a time, until the transaction ends. */
enum store_result store_sweep_lock(struct db *db, bool *out_locked, struct error *err);

struct job_attempt {
    int64_t epoch;
    char owner[IDENTIFIER_TEXT_BYTES], checkpoint[IDENTIFIER_TEXT_BYTES]; /* "": began at the beginning */
    const char *outcome, *reason; /* state it led to; NULL while it runs */
    int64_t started_us, finished_us;
};
typedef void store_attempt_fn(void *context, const struct job_attempt *attempt);
/* Oldest first. */
enum store_result store_job_attempts(struct db *db, const char *id, store_attempt_fn *each, void *context,
                                     struct error *err);

/* For db_listen: something was queued; a running job was asked to stop. */
#define CHANNEL_JOBS "kiln_jobs"
#define CHANNEL_STOPS "kiln_stops"

#endif
