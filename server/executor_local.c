/* server/executor_local.c -- executor.h over threads of this process.
 *
 * Each worker thread has a connection of its own and runs one job at a time.  A job that wants several
 * threads keeps that many workers' places. */
#include "server/executor.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "server/attempt.h"

struct worker {
    struct executor *executor;
    pthread_t thread;
    struct db *db;
    /* guarded by the executor's lock */
    bool busy;
    struct job job; /* with `arena`, while busy */
    struct arena arena;
    struct control control;
    _Atomic int64_t autosave_ms; /* set by the attempt; 0: never */
    int64_t autosaved_ms;        /* monotonic time of the last one asked for */
};

struct executor {
    struct executor_options options;
    pthread_mutex_t lock;
    pthread_cond_t wanted; /* a job for a worker, or the end */
    struct worker *workers;
    size_t worker_count;
    size_t threads_taken;
    bool stopping;
    _Atomic bool draining;
};

static size_t threads_of(const struct executor *executor, const struct job *job)
{
    size_t wanted = job->threads > 1 ? (size_t)job->threads : 1;

    return wanted < executor->options.threads ? wanted : executor->options.threads;
}

static void run_job(struct worker *worker)
{
    struct executor *executor = worker->executor;
    struct attempt attempt = {
        .options = &executor->options,
        .job = &worker->job,
        .db = worker->db,
        .control = &worker->control,
        .draining = &executor->draining,
        .autosave_ms = &worker->autosave_ms,
    };

    attempt_run(&attempt);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct executor *executor = worker->executor;

    pthread_mutex_lock(&executor->lock);
    for (;;) {
        while (!worker->busy && !executor->stopping)
            pthread_cond_wait(&executor->wanted, &executor->lock);
        if (!worker->busy)
            break;
        pthread_mutex_unlock(&executor->lock);
        run_job(worker);
        pthread_mutex_lock(&executor->lock);
        executor->threads_taken -= threads_of(executor, &worker->job);
        worker->busy = false;
        arena_fini(&worker->arena);
        pthread_cond_broadcast(&executor->wanted);
        if (executor->options.freed)
            executor->options.freed(executor->options.freed_context);
    }
    pthread_mutex_unlock(&executor->lock);
    return NULL;
}

struct executor *executor_start(const struct executor_options *options, struct error *err)
{
    struct executor *executor = memory_new(1, sizeof(*executor));

    executor->options = *options;
    executor->workers = memory_new(options->threads, sizeof(*executor->workers));
    pthread_mutex_init(&executor->lock, NULL);
    pthread_cond_init(&executor->wanted, NULL);
    for (size_t i = 0; i < options->threads; i++) {
        struct worker *worker = &executor->workers[i];
        worker->executor = executor;
        worker->db = db_open(options->database);
        errno = pthread_create(&worker->thread, NULL, work, worker);
        if (errno) {
            RAISE_ERRNO(err, "could not start a worker thread");
            db_close(worker->db);
            executor_drain(executor);
            executor_free(executor);
            return NULL;
        }
        executor->worker_count++;
    }
    return executor;
}

size_t executor_free_threads(struct executor *executor)
{
    size_t free_threads;

    pthread_mutex_lock(&executor->lock);
    free_threads = executor->stopping ? 0 : executor->options.threads - executor->threads_taken;
    pthread_mutex_unlock(&executor->lock);
    return free_threads;
}

static void copy_job(struct worker *worker, const struct job *job)
{
    worker->job = *job;
    worker->job.project = arena_text(&worker->arena, job->project);
    worker->job.name = arena_text(&worker->arena, job->name);
    /* The worker needs no more of its texts. */
    worker->job.labels = worker->job.reason = worker->job.error = worker->job.numeric_profile = NULL;
    worker->job.status = worker->job.progress_bar = NULL;
}

static struct worker *idle_worker(struct executor *executor)
{
    for (size_t i = 0; i < executor->worker_count; i++)
        if (!executor->workers[i].busy)
            return &executor->workers[i];
    return NULL;
}

bool executor_submit(struct executor *executor, const struct job *job)
{
    struct worker *worker = NULL;

    pthread_mutex_lock(&executor->lock);
    if (!executor->stopping &&
        executor->threads_taken + threads_of(executor, job) <= executor->options.threads)
        worker = idle_worker(executor);
    if (worker) {
        copy_job(worker, job);
        atomic_store(&worker->control.stop, (int)job->stop);
        atomic_store(&worker->control.autosave, false);
        atomic_store(&worker->autosave_ms, 0);
        worker->autosaved_ms = clock_now_ms();
        worker->busy = true;
        executor->threads_taken += threads_of(executor, job);
        pthread_cond_broadcast(&executor->wanted);
    }
    pthread_mutex_unlock(&executor->lock);
    return worker;
}

void executor_request(struct executor *executor, const char *job, int64_t epoch, enum stop_request stop)
{
    pthread_mutex_lock(&executor->lock);
    for (size_t i = 0; i < executor->worker_count; i++) {
        struct worker *worker = &executor->workers[i];
        if (worker->busy && worker->job.epoch == epoch && strcmp(worker->job.id, job) == 0)
            control_stop(&worker->control, stop);
    }
    pthread_mutex_unlock(&executor->lock);
}

void executor_tick(struct executor *executor)
{
    int64_t now = clock_now_ms();

    pthread_mutex_lock(&executor->lock);
    for (size_t i = 0; i < executor->worker_count; i++) {
        struct worker *worker = &executor->workers[i];
        int64_t every_ms = atomic_load(&worker->autosave_ms);
        if (!worker->busy || every_ms <= 0 || now - worker->autosaved_ms < every_ms)
            continue;
        worker->autosaved_ms = now;
        atomic_store(&worker->control.autosave, true);
    }
    pthread_mutex_unlock(&executor->lock);
}

size_t executor_jobs(struct executor *executor, struct executor_job *out, size_t out_max)
{
    size_t count = 0;

    pthread_mutex_lock(&executor->lock);
    for (size_t i = 0; i < executor->worker_count && count < out_max; i++) {
        const struct worker *worker = &executor->workers[i];
        if (!worker->busy)
            continue;
        memcpy(out[count].id, worker->job.id, sizeof(out[count].id));
        out[count++].epoch = worker->job.epoch;
    }
    pthread_mutex_unlock(&executor->lock);
    return count;
}

/* Workers end when they are idle; those with a job save it and give it back first. */
void executor_drain(struct executor *executor)
{
    atomic_store(&executor->draining, true);
    pthread_mutex_lock(&executor->lock);
    executor->stopping = true;
    for (size_t i = 0; i < executor->worker_count; i++)
        if (executor->workers[i].busy)
            control_stop(&executor->workers[i].control, STOP_SUSPEND);
    pthread_cond_broadcast(&executor->wanted);
    pthread_mutex_unlock(&executor->lock);
    for (size_t i = 0; i < executor->worker_count; i++)
        pthread_join(executor->workers[i].thread, NULL);
}

void executor_free(struct executor *executor)
{
    if (!executor)
        return;
    for (size_t i = 0; i < executor->worker_count; i++) {
        db_close(executor->workers[i].db);
        arena_fini(&executor->workers[i].arena);
    }
    pthread_cond_destroy(&executor->wanted);
    pthread_mutex_destroy(&executor->lock);
    free(executor->workers);
    free(executor);
}
