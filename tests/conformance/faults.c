/* tests/conformance/faults.c -- scripted errors, signals and durations. */
#include <signal.h>
#include <string.h>

#include "tests/conformance/job.h"

/* Blocks' handlers as a state: each signal knows what it will do next. */
enum handler { HANDLER_ORIGINAL, HANDLER_EPOCH, HANDLER_BATCH };
static struct {
    struct control *volatile control;
    volatile sig_atomic_t interrupt, terminate, aborted;
} handlers;

static void restore_both(void)
{
    handlers.interrupt = handlers.terminate = HANDLER_ORIGINAL;
}

static void handle(int signal)
{
    int state = signal == SIGINT ? handlers.interrupt : handlers.terminate;

    if (state == HANDLER_EPOCH) {
        control_stop(handlers.control, STOP_EPOCH);
        handlers.interrupt = HANDLER_BATCH;
    } else if (state == HANDLER_BATCH) {
        control_stop(handlers.control, STOP_BATCH);
        restore_both();
    } else {
        handlers.aborted = 1;
    }
}

void fault_handlers_set(struct job *job)
{
    struct sigaction action = { .sa_handler = handle };

    job->handlers_restored = false;
    atomic_store(&job->control.stop, STOP_NONE);
    handlers.control = &job->control;
    handlers.interrupt = HANDLER_EPOCH;
    handlers.terminate = HANDLER_BATCH;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void fault_handlers_reset(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

bool fault_signal(struct job *job, const char *name, struct error *err)
{
    if (job->handlers_restored)
        return RAISE(err, ERROR_CANCELLED, NULL, "keyboard abort");
    handlers.aborted = 0;
    raise(strcmp(name, "SIGTERM") == 0 ? SIGTERM : SIGINT);
    if (handlers.aborted)
        return RAISE(err, ERROR_CANCELLED, NULL, "keyboard abort");
    return main_loop_poll(&job->stage->loop, err);
}

bool fault_strike(struct job *job, const char *where, int64_t number, struct error *err)
{
    const cJSON *faults = cJSON_GetObjectItemCaseSensitive(job->trace, "faults"), *fault;

    cJSON_ArrayForEach(fault, faults)
    {
        const cJSON *batch = cJSON_GetObjectItemCaseSensitive(fault, "batch");
        const char *signal = job_at(fault, "signal", NULL), *error = job_at(fault, "error", NULL);

        if (strcmp(job_at(fault, "where", ""), where) != 0 ||
            (batch && number >= 0 && (int64_t)batch->valuedouble != number))
            continue;
        if (signal && !fault_signal(job, signal, err))
            return false;
        if (error)
            return RAISE(err, ERROR_TRAINING, NULL, "%s", job_at(fault, "message", error));
    }
    return true;
}

double fault_duration(const struct job *job, const char *name, int64_t number)
{
    const cJSON *durations = cJSON_GetObjectItemCaseSensitive(job->trace, "durations");
    const cJSON *duration = cJSON_GetObjectItemCaseSensitive(durations, name);
    int count = cJSON_GetArraySize(duration);

    if (cJSON_IsNumber(duration))
        return duration->valuedouble;
    if (!cJSON_IsArray(duration) || count == 0)
        return 0;
    return cJSON_GetArrayItem(duration, number < count ? (int)number : count - 1)->valuedouble;
}
