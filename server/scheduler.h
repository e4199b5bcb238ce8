/* server/scheduler.h -- takes jobs from the queue for the executor, and passes on what clients ask of running
 * ones.
 *
 * One thread with a connection of its own.  Notifications wake it; reading the tables every two seconds is
 * the truth.  It also rescues the jobs of workers that died and cleans up behind deleted jobs. */
#ifndef SERVER_SCHEDULER_H
#define SERVER_SCHEDULER_H

#include "server/executor.h"

struct scheduler;

struct scheduler_options {
    const struct db_options *database;
    const char *owner; /* identifier made at this start of the process */
    const char *numeric_profile;
    const char *host, *build;
    int64_t threads;
    int64_t lease_ms;
    bool alone; /* no other server can use this database: what is running at the start has no worker */
    struct checkpoint_files *checkpoint_files;
    struct journal *journal;
    struct log_feed *feed; /* told about every commit */
};

struct scheduler *scheduler_new(const struct scheduler_options *options, struct error *err);
/* `executor` is borrowed until scheduler_stop. */
bool scheduler_start(struct scheduler *scheduler, struct executor *executor, struct error *err);
/* A place became free, or something changed: look now.  Any thread; an executor_free_fn: `context`
 * is the scheduler. */
void scheduler_wake(void *context);
/* Claims nothing more from here on; joins the thread.  Accepts NULL, and one that was never started. */
void scheduler_stop(struct scheduler *scheduler);
void scheduler_free(struct scheduler *scheduler); /* after scheduler_stop; accepts NULL */

#endif
