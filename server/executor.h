/* server/executor.h -- runs claimed jobs on worker threads.
 *
 * The scheduler hands jobs over; each runs to its end on one worker, whose outcome is written by the worker
 * itself. A job with `threads: n` takes n of the threads.  The functions are thread-safe. */
#ifndef SERVER_EXECUTOR_H
#define SERVER_EXECUTOR_H

#include "engine/run.h"
#include "server/checkpoint_files.h"
#include "server/datasets.h"
#include "server/journal.h"
#include "server/log_writer.h"
#include "server/store/jobs.h"

struct executor;

typedef void executor_free_fn(void *context); /* a thread became free; called on a worker thread */

struct executor_options {
    size_t threads;                    /* this many jobs of one thread run at once */
    const struct db_options *database; /* each worker has a connection of its own */
    struct log_writer *log_writer;
    struct checkpoint_files *checkpoint_files;
    struct datasets *datasets;
    struct journal *journal;
    struct log_feed *feed; /* told about every commit */
    executor_free_fn *freed;
    void *freed_context;
};

struct executor *executor_start(const struct executor_options *options, struct error *err);

size_t executor_free_threads(struct executor *executor);

/* Takes over a claimed job; false when no thread is free. */
bool executor_submit(struct executor *executor, const struct job *job);

/* Passes a request on to a running job of this claim; unknown jobs are ignored. */
void executor_request(struct executor *executor, const char *job, int64_t epoch, enum stop_request stop);
/* An automatic checkpoint of every job that wants one by now; called about once a second. */
void executor_tick(struct executor *executor);

/* The jobs that run now, for the heartbeat. */
struct executor_job {
    char id[IDENTIFIER_TEXT_BYTES];
    int64_t epoch;
};
size_t executor_jobs(struct executor *executor, struct executor_job *out, size_t out_max);

/* Every running job is suspended, saved and given back to the queue; returns when all workers are done. */
void executor_drain(struct executor *executor);
void executor_free(struct executor *executor); /* after executor_drain; accepts NULL */

#endif
