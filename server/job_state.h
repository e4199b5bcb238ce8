/* server/job_state.h -- the states of a job and the moves between them, in one table.
 *
 * Everything that changes a state asks this table; the SQL constraint in migrations/ lists the same
 * names.  Pure functions, any thread. */
#ifndef SERVER_JOB_STATE_H
#define SERVER_JOB_STATE_H

#include <stdbool.h>

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_PAUSED,
    JOB_SUCCEEDED,   /* a finish was requested, or there were no more epochs */
    JOB_INTERRUPTED, /* an interrupt ended it; can be resumed */
    JOB_CANCELLED,
    JOB_FAILED,
    JOB_STATE_COUNT
};

enum job_event {
    JOB_CLAIM,     /* a worker takes it */
    JOB_GIVE_BACK, /* drain or rescue: back to the queue */
    JOB_PAUSE,
    JOB_RESUME,
    JOB_FINISH,
    JOB_INTERRUPT,
    JOB_CANCEL,
    JOB_FAIL,
    JOB_EVENT_COUNT
};

const char *job_state_name(enum job_state state);
bool job_state_parse(const char *name, enum job_state *out);
bool job_state_terminal(enum job_state state);
/* Where `event` leads from `state`; false when it is not possible. */
bool job_state_next(enum job_state state, enum job_event event, enum job_state *out);

#endif
