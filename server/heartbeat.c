/* server/heartbeat.c -- see heartbeat.h. */
#include "server/heartbeat.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"

struct heartbeat {
    struct heartbeat_options options;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wanted;
    bool stopping;
};

enum { JOBS_MAX = 1024, JITTER_MS = 100 };

/* A request to stop that comes back with the renewal is passed on: it may have overtaken its notification. */
static void renew(struct heartbeat *heartbeat, const struct executor_job *job)
{
    struct error err = { 0 };
    enum stop_request stop;

    switch (store_job_renew(heartbeat->db, job->id, job->epoch, heartbeat->options.lease_ms, &stop, &err)) {
    case STORE_OK:
        if (stop != STOP_NONE)
            executor_request(heartbeat->options.executor, job->id, job->epoch, stop);
        break;
    case STORE_NONE:
    case STORE_CONFLICT:
        journal_warning(heartbeat->options.journal, "the claim of a job is lost",
                        FIELDS(FIELD_TEXT("job", job->id)));
        executor_request(heartbeat->options.executor, job->id, job->epoch, STOP_CANCEL);
        break;
    case STORE_UNAVAILABLE:
        break;
    case STORE_FAILED:
        journal_failure(heartbeat->options.journal, "could not renew a claim", job->id, &err);
    }
}

static bool sleep_a_beat(struct heartbeat *heartbeat)
{
    const int64_t pause_ms =
        clock_jittered_ms(heartbeat->options.every_ms, heartbeat->options.every_ms + JITTER_MS);
    const struct timespec until = clock_timespec(clock_now_us() + pause_ms * 1000);
    bool stopping;

    pthread_mutex_lock(&heartbeat->lock);
    while (!heartbeat->stopping &&
           pthread_cond_timedwait(&heartbeat->wanted, &heartbeat->lock, &until) != ETIMEDOUT)
        ;
    stopping = heartbeat->stopping;
    pthread_mutex_unlock(&heartbeat->lock);
    return !stopping;
}

static void *beat(void *context)
{
    struct heartbeat *heartbeat = context;
    struct executor_job *jobs = memory_new(JOBS_MAX, sizeof(*jobs));

    while (sleep_a_beat(heartbeat)) {
        size_t count = executor_jobs(heartbeat->options.executor, jobs, JOBS_MAX);
        for (size_t i = 0; i < count; i++)
            renew(heartbeat, &jobs[i]);
    }
    free(jobs);
    return NULL;
}

struct heartbeat *heartbeat_start(const struct heartbeat_options *options, struct error *err)
{
    struct heartbeat *heartbeat = memory_new(1, sizeof(*heartbeat));

    heartbeat->options = *options;
    heartbeat->db = db_open(options->database);
    pthread_mutex_init(&heartbeat->lock, NULL);
    clock_condition_init(&heartbeat->wanted);
    errno = pthread_create(&heartbeat->thread, NULL, beat, heartbeat);
    if (errno) {
        RAISE_ERRNO(err, "could not start the heartbeat");
        db_close(heartbeat->db);
        free(heartbeat);
        return NULL;
    }
    return heartbeat;
}

void heartbeat_stop(struct heartbeat *heartbeat)
{
    if (!heartbeat)
        return;
    pthread_mutex_lock(&heartbeat->lock);
    heartbeat->stopping = true;
    pthread_cond_signal(&heartbeat->wanted);
    pthread_mutex_unlock(&heartbeat->lock);
    pthread_join(heartbeat->thread, NULL);
    db_close(heartbeat->db);
    pthread_cond_destroy(&heartbeat->wanted);
    pthread_mutex_destroy(&heartbeat->lock);
    free(heartbeat);
}
