/* server/log_writer_thread.c -- the thread that stores what runs have appended. */
#include "server/log_writer_internal.h"

#include <time.h>

#include "engine/base/clock.h"
#include "server/store/log.h"
#include "server/store/output.h"

static void wait_until(struct log_writer *writer, pthread_cond_t *condition, int64_t until_us)
{
    const struct timespec until = clock_timespec(until_us);

    pthread_cond_timedwait(condition, &writer->lock, &until);
}

static void lose(struct log_writer_run *run, const struct error *why)
{
    pthread_mutex_lock(&run->writer->lock);
    if (!run->lost) {
        run->lost = true;
        if (why)
            run->failure = *why;
        else
            RAISE(&run->failure, ERROR_CANCELLED, NULL, "another worker has taken over this job");
    }
    pthread_cond_broadcast(&run->writer->progressed);
    pthread_mutex_unlock(&run->writer->lock);
}

bool log_writer_try_again(struct log_writer_run *run, enum store_result result, const struct error *why,
                          unsigned *tries)
{
    struct log_writer *writer = run->writer;
    int64_t pause_us = 50000 << (*tries < 5 ? *tries : 5);
    bool again = result == STORE_UNAVAILABLE;

    ++*tries;
    pthread_mutex_lock(&writer->lock);
    if (again && writer->give_up_us && clock_now_us() + pause_us > writer->give_up_us)
        again = false;
    if (again)
        wait_until(writer, &writer->wanted, clock_now_us() + pause_us);
    pthread_mutex_unlock(&writer->lock);
    if (!again)
        lose(run, result == STORE_CONFLICT ? NULL : why);
    return again;
}

static void write_records(struct log_writer *writer, const struct log_queue *queue, size_t first,
                          size_t count)
{
    struct log_writer_run *run = queue->items[first].run;
    struct log_entry entries[LOG_APPEND_MAX];
    enum stop_request stop;
    struct error err = { 0 };
    unsigned tries = 0;
    enum store_result result;

    for (size_t i = 0; i < count; i++) {
        const struct log_item *item = &queue->items[first + i];
        entries[i] = (struct log_entry){
            .iteration = item->iteration,
            .record = log_queue_bytes(queue, item->name),
            .value = item->value,
            .json = item->json_length ? log_queue_bytes(queue, item->json) : NULL,
        };
    }
    do
        result = store_log_append(
            writer->db,
            &(struct log_append){ run->job, run->epoch, entries, count, writer->options.lease_ms }, &stop,
            &err);
    while (result != STORE_OK && log_writer_try_again(run, result, &err, &tries));
}

static void write_output(struct log_writer *writer, const struct log_queue *queue,
                         const struct log_item *item)
{
    struct log_writer_run *run = item->run;
    struct error err = { 0 };
    unsigned tries = 0;
    enum store_result result;

    do
        result = store_output_append(writer->db, run->job, run->epoch, run->output_written,
                                     log_queue_bytes(queue, item->name), item->length, &err);
    while (result != STORE_OK && log_writer_try_again(run, result, &err, &tries));
    run->output_written += (int64_t)item->length;
}

/* How many items from `first` on can be stored together: records of one run. */
static size_t group_at(const struct log_queue *queue, size_t first)
{
    size_t end = first + 1;

    if (queue->items[first].kind != LOG_ITEM_RECORD)
        return 1;
    while (end < queue->count && end - first < LOG_APPEND_MAX && queue->items[end].kind == LOG_ITEM_RECORD &&
           queue->items[end].run == queue->items[first].run)
        end++;
    return end - first;
}

static void write_queue(struct log_writer *writer, const struct log_queue *queue)
{
    size_t group;

    for (size_t first = 0; first < queue->count; first += group) {
        group = group_at(queue, first);
        if (log_writer_lost(queue->items[first].run))
            continue;
        if (queue->items[first].kind == LOG_ITEM_RECORD)
            write_records(writer, queue, first, group);
        else
            write_output(writer, queue, &queue->items[first]);
        queue->items[first].run->news = true;
    }
}

/* With the lock held: whether the thread has something to do now, and until when it may sleep if not. */
static bool work_waits(const struct log_writer *writer, int64_t *out_until_us)
{
    int64_t now = clock_now_us();

    *out_until_us = now + 500000;
    if (writer->stopping || writer->incoming->count >= writer->options.batch_rows_max)
        return true;
    if (writer->round_wanted > writer->rounds_begun)
        return true;
    if (!writer->incoming->count)
        return false;
    *out_until_us = writer->oldest_us + (int64_t)writer->options.delay_ms * 1000;
    return *out_until_us <= now;
}

/* With the lock held: the round works on the runs of this moment, which cannot be closed before it ends. */
static void begin_round(struct log_writer *writer)
{
    writer->rounds_begun++;
    writer->touched = writer->runs;
    for (struct log_writer_run *run = writer->runs; run; run = run->next) {
        run->touched = true;
        run->next_touched = run->next;
    }
}

/* With the lock held. */
static void end_round(struct log_writer *writer)
{
    for (struct log_writer_run *run = writer->touched; run; run = run->next_touched)
        run->touched = false;
    writer->touched = NULL;
    writer->rounds_ended = writer->rounds_begun;
    pthread_cond_broadcast(&writer->progressed);
}

static void write_round(struct log_writer *writer, struct log_queue *queue)
{
    write_queue(writer, queue);
    for (struct log_writer_run *run = writer->touched; run; run = run->next_touched) {
        log_writer_write_status(writer, run);
        if (run->news)
            log_feed_news(writer->options.feed, run->job);
        run->news = false;
    }
}

void *log_writer_work(void *context)
{
    struct log_writer *writer = context;
    bool stop = false;

    pthread_mutex_lock(&writer->lock);
    while (!stop) {
        struct log_queue *queue = writer->incoming;
        int64_t until_us;

        if (!work_waits(writer, &until_us)) {
            wait_until(writer, &writer->wanted, until_us);
            if (!work_waits(writer, &until_us) && !writer->runs)
                continue;
        }
        stop = writer->stopping && !queue->count;
        writer->incoming = queue == &writer->queues[0] ? &writer->queues[1] : &writer->queues[0];
        begin_round(writer);
        pthread_cond_broadcast(&writer->progressed);
        pthread_mutex_unlock(&writer->lock);
        write_round(writer, queue);
        pthread_mutex_lock(&writer->lock);
        writer->committed += queue->count;
        log_queue_clear(queue);
        end_round(writer);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}
