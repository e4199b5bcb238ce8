/* server/log_writer.c -- see log_writer.h.
 *
 * Two queues: runs append to one while the thread writes the other; then they change places. */
#include "server/log_writer.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "server/log_writer_internal.h"

struct log_writer_run *log_writer_open(struct log_writer *writer, const char *job, int64_t epoch,
                                       int64_t output_bytes, int64_t batches_total)
{
    struct log_writer_run *run = memory_new(1, sizeof(*run));

    run->writer = writer;
    strncpy(run->job, job, sizeof(run->job) - 1);
    run->epoch = epoch;
    run->output_bytes = run->output_written = output_bytes;
    run->batches_total = batches_total;
    run->iterations_written = -1;
    run->examples_per_s = run->batches_per_s = NAN;
    atomic_store(&run->batches_per_epoch, -1);
    pthread_mutex_lock(&writer->lock);
    run->next = writer->runs;
    writer->runs = run;
    pthread_mutex_unlock(&writer->lock);
    return run;
}

static bool raise_lost(const struct log_writer_run *run, struct error *err)
{
    *err = run->failure;
    return false;
}

/* With the lock held: waits for room. */
static bool wait_for_room(struct log_writer_run *run, struct error *err)
{
    struct log_writer *writer = run->writer;

    while (!run->lost && (writer->incoming->count >= writer->options.queue_rows_max ||
                          writer->incoming->bytes.length >= writer->options.queue_bytes_max))
        pthread_cond_wait(&writer->progressed, &writer->lock);
    return !run->lost || raise_lost(run, err);
}

/* With the lock held: items were appended. */
static void appended(struct log_writer_run *run, size_t count)
{
    struct log_writer *writer = run->writer;

    if (writer->incoming->count == count)
        writer->oldest_us = clock_now_us();
    writer->appended += count;
    run->appended = writer->appended;
    if (writer->incoming->count == count || writer->incoming->count >= writer->options.batch_rows_max)
        pthread_cond_signal(&writer->wanted);
}

bool log_writer_records(struct log_writer_run *run, const struct sink_record *records, size_t count,
                        struct error *err)
{
    bool taken;

    pthread_mutex_lock(&run->writer->lock);
    taken = wait_for_room(run, err);
    if (taken && count) {
        for (size_t i = 0; i < count; i++)
            log_queue_add_record(run->writer->incoming, run, &records[i]);
        appended(run, count);
    }
    pthread_mutex_unlock(&run->writer->lock);
    return taken;
}

bool log_writer_output(struct log_writer_run *run, const char *bytes, size_t length, struct error *err)
{
    bool taken;

    pthread_mutex_lock(&run->writer->lock);
    taken = wait_for_room(run, err);
    if (taken && length) {
        log_queue_add_output(run->writer->incoming, run, bytes, length);
        run->output_bytes += (int64_t)length;
        appended(run, 1);
    }
    pthread_mutex_unlock(&run->writer->lock);
    return taken;
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = memory_text(with);
}

bool log_writer_status(struct log_writer_run *run, const char *json, struct error *err)
{
    bool taken;

    pthread_mutex_lock(&run->writer->lock);
    taken = !run->lost || raise_lost(run, err);
    if (taken) {
        replace(&run->status, json);
        run->status_changed = true;
    }
    pthread_mutex_unlock(&run->writer->lock);
    return taken;
}

void log_writer_bar(struct log_writer_run *run, const char *line)
{
    pthread_mutex_lock(&run->writer->lock);
    replace(&run->bar, line);
    run->status_changed = true;
    pthread_mutex_unlock(&run->writer->lock);
}

void log_writer_progress(struct log_writer_run *run, const struct run_progress *progress)
{
    atomic_store_explicit(&run->iterations_done, progress->iterations_done, memory_order_relaxed);
    atomic_store_explicit(&run->epochs_done, progress->epochs_done, memory_order_relaxed);
    atomic_store_explicit(&run->batches_per_epoch, progress->batches_per_epoch, memory_order_relaxed);
    atomic_store_explicit(&run->examples_done, progress->examples_done, memory_order_relaxed);
}

bool log_writer_flush(struct log_writer_run *run, struct error *err)
{
    struct log_writer *writer = run->writer;
    uint64_t round;
    bool flushed;

    /* A round that begins from now on takes all that is queued, and the newest progress. */
    pthread_mutex_lock(&writer->lock);
    round = writer->round_wanted = writer->rounds_begun + 1;
    run->flushing = true;
    pthread_cond_signal(&writer->wanted);
    while (!run->lost && writer->rounds_ended < round)
        pthread_cond_wait(&writer->progressed, &writer->lock);
    run->flushing = false;
    flushed = !run->lost || raise_lost(run, err);
    pthread_mutex_unlock(&writer->lock);
    return flushed;
}

int64_t log_writer_output_bytes(struct log_writer_run *run)
{
    int64_t bytes;

    pthread_mutex_lock(&run->writer->lock);
    bytes = run->output_bytes;
    pthread_mutex_unlock(&run->writer->lock);
    return bytes;
}

bool log_writer_lost(struct log_writer_run *run)
{
    bool lost;

    pthread_mutex_lock(&run->writer->lock);
    lost = run->lost;
    pthread_mutex_unlock(&run->writer->lock);
    return lost;
}

/* Items of a lost run may still be queued: the run stays until the thread has passed them. */
void log_writer_close(struct log_writer_run *run)
{
    struct log_writer *writer;

    if (!run)
        return;
    writer = run->writer;
    pthread_mutex_lock(&writer->lock);
    writer->round_wanted = writer->rounds_begun + 1;
    pthread_cond_signal(&writer->wanted);
    while (writer->committed < run->appended || run->touched)
        pthread_cond_wait(&writer->progressed, &writer->lock);
    for (struct log_writer_run **link = &writer->runs; *link; link = &(*link)->next)
        if (*link == run) {
            *link = run->next;
            break;
        }
    pthread_mutex_unlock(&writer->lock);
    free(run->status);
    free(run->bar);
    free(run);
}

struct log_writer *log_writer_start(const struct log_writer_options *options, struct error *err)
{
    struct log_writer *writer = memory_new(1, sizeof(*writer));

    writer->options = *options;
    writer->db = db_open(options->database);
    writer->incoming = &writer->queues[0];
    pthread_mutex_init(&writer->lock, NULL);
    clock_condition_init(&writer->wanted);
    clock_condition_init(&writer->progressed);
    errno = pthread_create(&writer->thread, NULL, log_writer_work, writer);
    if (errno) {
        RAISE_ERRNO(err, "could not start the log writer");
        db_close(writer->db);
        free(writer);
        return NULL;
    }
    return writer;
}

void log_writer_hurry(struct log_writer *writer, unsigned patience_ms)
{
    pthread_mutex_lock(&writer->lock);
    writer->give_up_us = clock_now_us() + (int64_t)patience_ms * 1000;
    pthread_cond_signal(&writer->wanted);
    pthread_mutex_unlock(&writer->lock);
}

void log_writer_stop(struct log_writer *writer)
{
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->wanted);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    log_queue_fini(&writer->queues[0]);
    log_queue_fini(&writer->queues[1]);
    db_close(writer->db);
    pthread_cond_destroy(&writer->wanted);
    pthread_cond_destroy(&writer->progressed);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}
