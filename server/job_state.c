/* server/job_state.c -- see job_state.h. */
#include "server/job_state.h"

#include <string.h>

static const struct {
    const char *name;
    bool terminal;
} states[JOB_STATE_COUNT] = {
    [JOB_QUEUED] = { "queued", false },          [JOB_RUNNING] = { "running", false },
    [JOB_PAUSED] = { "paused", false },          [JOB_SUCCEEDED] = { "succeeded", true },
    [JOB_INTERRUPTED] = { "interrupted", true }, [JOB_CANCELLED] = { "cancelled", true },
    [JOB_FAILED] = { "failed", true },
};

/* The entry is the next state plus one; 0 is "not possible". */
static const unsigned char moves[JOB_STATE_COUNT][JOB_EVENT_COUNT] = {
    [JOB_QUEUED] = { [JOB_CLAIM] = 1 + JOB_RUNNING,
                     [JOB_PAUSE] = 1 + JOB_PAUSED,
                     [JOB_INTERRUPT] = 1 + JOB_INTERRUPTED,
                     [JOB_CANCEL] = 1 + JOB_CANCELLED,
                     [JOB_FAIL] = 1 + JOB_FAILED },
    [JOB_RUNNING] = { [JOB_GIVE_BACK] = 1 + JOB_QUEUED,
                      [JOB_PAUSE] = 1 + JOB_PAUSED,
                      [JOB_FINISH] = 1 + JOB_SUCCEEDED,
                      [JOB_INTERRUPT] = 1 + JOB_INTERRUPTED,
                      [JOB_CANCEL] = 1 + JOB_CANCELLED,
                      [JOB_FAIL] = 1 + JOB_FAILED },
    [JOB_PAUSED] = { [JOB_RESUME] = 1 + JOB_QUEUED, [JOB_CANCEL] = 1 + JOB_CANCELLED },
    [JOB_INTERRUPTED] = { [JOB_RESUME] = 1 + JOB_QUEUED },
};

const char *job_state_name(enum job_state state)
{
    return states[state].name;
}

bool job_state_parse(const char *name, enum job_state *out)
{
    for (int state = 0; state < JOB_STATE_COUNT; state++)
        if (strcmp(states[state].name, name) == 0) {
            *out = (enum job_state)state;
            return true;
        }
    return false;
}

bool job_state_terminal(enum job_state state)
{
    return states[state].terminal;
}

bool job_state_next(enum job_state state, enum job_event event, enum job_state *out)
{
    if (!moves[state][event])
        return false;
    *out = (enum job_state)(moves[state][event] - 1);
    return true;
}
