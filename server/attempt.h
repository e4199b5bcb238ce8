/* server/attempt.h -- one claim of a job, from reading its definition to writing its outcome.
 *
 * Runs on a worker thread. */
#ifndef SERVER_ATTEMPT_H
#define SERVER_ATTEMPT_H

#include "server/executor.h"

struct attempt {
    const struct executor_options *options;
    const struct job *job;
    struct db *db; /* the worker's own */
    struct control *control;
    const _Atomic bool *draining; /* a suspended job goes back to the queue instead of being paused */
    _Atomic int64_t *autosave_ms; /* out: how often the job wants an automatic checkpoint; 0: never */
};

/* Everything that happens to the job is in the database when this returns, unless the claim was lost. */
void attempt_run(struct attempt *attempt);

#endif
