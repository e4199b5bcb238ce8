/* server/log_writer_internal.h -- what the two halves of the log writer share: the runs' side (log_writer.c)
 * and the writing thread (log_writer_thread.c, log_writer_status.c). */
#ifndef SERVER_LOG_WRITER_INTERNAL_H
#define SERVER_LOG_WRITER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/log_queue.h"
#include "server/log_writer.h"

struct log_writer_run {
    struct log_writer *writer;
    struct log_writer_run *next;
    char job[IDENTIFIER_TEXT_BYTES];
    int64_t epoch;
    int64_t batches_total; /* when the training ends; -1: unknown */
    _Atomic int64_t iterations_done, epochs_done, batches_per_epoch, examples_done;
    /* guarded by the writer's lock */
    char *status, *bar; /* newest, not yet written */
    bool status_changed;
    int64_t output_bytes; /* appended */
    bool lost;            /* the claim is gone, or storing has failed for good */
    struct error failure;
    uint64_t appended; /* number of its newest item, counted over all runs */
    bool flushing;     /* somebody waits until all of it is written */
    /* only the writing thread */
    int64_t output_written;
    int64_t iterations_written;
    int64_t rate_examples, rate_us; /* where the rate is measured from */
    int64_t rate_batches;
    double examples_per_s, batches_per_s;
    bool news; /* something of it was committed in this round */
    /* set under the lock by the thread, read by it without */
    bool touched; /* by the round being written: cannot be closed meanwhile */
    struct log_writer_run *next_touched;
};

struct log_writer {
    struct log_writer_options options;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wanted;     /* something for the thread */
    pthread_cond_t progressed; /* something for the runs */
    struct log_queue queues[2];
    struct log_queue *incoming; /* one of the two */
    struct log_writer_run *runs;
    struct log_writer_run *touched; /* the runs of the round being written */
    uint64_t appended, committed;   /* items counted since the start */
    uint64_t rounds_begun, rounds_ended, round_wanted;
    int64_t oldest_us; /* when the first item of `incoming` came */
    bool stopping;
    int64_t give_up_us; /* no more tries after this; 0: never give up */
};

/* The thread of a struct log_writer: writes rounds until the writer is stopped. */
void *log_writer_work(void *context);

/* Only the thread.  Stores what is new of a run's progress. */
void log_writer_write_status(struct log_writer *writer, struct log_writer_run *run);

/* Only the thread, after a failed try: true when another one is worth it, after a pause that grows. */
bool log_writer_try_again(struct log_writer_run *run, enum store_result result, const struct error *why,
                          unsigned *tries);

#endif
