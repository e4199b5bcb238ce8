/* engine/data/ahead_reader.c -- see ahead_reader.h.
 *
 * The thread fills slots of the ring in turn, as long as one is free; the consumer takes them in turn, and
 * gives one back when it asks for the next. */
#include "engine/data/ahead_reader.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/base/thread.h"
#include "engine/data/batch_copy.h"

static_assert(AHEAD_SLOTS + 1 <= STREAM_BEHIND_MAX,
              "all that is ahead, and a failure, can be gone back over");

/* What the two threads share. */
struct ahead_reader {
    struct data_stream *inner; /* used by the reader while `reading`, else with the lock held */
    struct batch_copy slots[AHEAD_SLOTS];
    pthread_t thread;
    bool started;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool running; /* an epoch is under way: the reader may read */
    bool reading, quit;
    int64_t filled, taken;  /* batches, since the epoch began or the state was loaded */
    bool holding;           /* the last one taken is still in use */
    enum stream_result end; /* what came instead of a further batch; STREAM_OK: nothing yet */
    bool end_seen;          /* by the consumer */
    struct error err;
};

static enum stream_result fill(struct data_stream *inner, struct batch_copy *slot, struct error *err)
{
    struct batch batch;
    const enum stream_result result = inner->type->next_batch(inner, &batch, err);

    if (result == STREAM_OK)
        batch_copy_take(slot, &batch);
    return result;
}

static bool may_read(const struct ahead_reader *reader)
{
    return reader->running && reader->end == STREAM_OK &&
           reader->filled - (reader->taken - reader->holding) < AHEAD_SLOTS;
}

static void *read_on(void *context)
{
    struct ahead_reader *reader = context;

    pthread_mutex_lock(&reader->lock);
    while (!reader->quit) {
        enum stream_result result;

        if (!may_read(reader)) {
            pthread_cond_wait(&reader->changed, &reader->lock);
            continue;
        }
        reader->reading = true;
        pthread_mutex_unlock(&reader->lock);
        result = fill(reader->inner, &reader->slots[reader->filled % AHEAD_SLOTS], &reader->err);
        pthread_mutex_lock(&reader->lock);
        reader->reading = false;
        reader->filled += result == STREAM_OK;
        reader->end = result;
        pthread_cond_broadcast(&reader->changed);
    }
    pthread_mutex_unlock(&reader->lock);
    return NULL;
}

static bool make_room(struct ahead_reader *reader, struct error *err)
{
    for (int i = 0; i < AHEAD_SLOTS; i++)
        if (!batch_copy_make_room(&reader->slots[i], reader->inner->sources))
            return RAISE(err, ERROR_MEMORY, NULL, "no memory to read batches ahead");
    return true;
}

bool ahead_reader_start(struct ahead_reader *reader, struct error *err)
{
    if (reader->started)
        return true;
    if (!make_room(reader, err))
        return false;
    reader->started = thread_start(&reader->thread, read_on, reader);
    return reader->started || RAISE_ERRNO(err, "could not start a thread");
}

enum stream_result ahead_reader_take(struct ahead_reader *reader, struct batch *out, struct error *err)
{
    enum stream_result result = STREAM_OK;

    pthread_mutex_lock(&reader->lock);
    reader->holding = false;
    pthread_cond_broadcast(&reader->changed);
    while (reader->running && reader->taken == reader->filled && reader->end == STREAM_OK)
        pthread_cond_wait(&reader->changed, &reader->lock);
    if (reader->taken < reader->filled) {
        *out = reader->slots[reader->taken++ % AHEAD_SLOTS].batch;
        reader->holding = true;
    } else {
        result = reader->running ? reader->end : STREAM_END; /* before the first epoch there are none */
        reader->end_seen = true;
        if (result == STREAM_FAILED)
            *err = reader->err;
    }
    pthread_mutex_unlock(&reader->lock);
    return result;
}

/* With the lock held from here to ahead_reader_give_back. */
struct data_stream *ahead_reader_borrow(struct ahead_reader *reader, bool *out_running)
{
    pthread_mutex_lock(&reader->lock);
    if (out_running)
        *out_running = reader->running;
    reader->running = false;
    while (reader->reading)
        pthread_cond_wait(&reader->changed, &reader->lock);
    return reader->inner;
}

void ahead_reader_give_back(struct ahead_reader *reader, bool running)
{
    reader->running = running;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
}

int64_t ahead_reader_ready(const struct ahead_reader *reader)
{
    return reader->filled - reader->taken;
}

int64_t ahead_reader_unseen(const struct ahead_reader *reader)
{
    return ahead_reader_ready(reader) + (reader->end == STREAM_FAILED && !reader->end_seen);
}

void ahead_reader_forget(struct ahead_reader *reader)
{
    reader->filled = reader->taken = 0;
    reader->holding = reader->end_seen = false;
    reader->end = STREAM_OK;
}

struct ahead_reader *ahead_reader_new(struct data_stream *inner)
{
    struct ahead_reader *reader = memory_new(1, sizeof(*reader));

    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->changed, NULL);
    reader->inner = inner;
    for (int i = 0; i < AHEAD_SLOTS; i++)
        batch_copy_init(&reader->slots[i], inner->source_count);
    return reader;
}

void ahead_reader_free(struct ahead_reader *reader)
{
    if (reader->started) {
        pthread_mutex_lock(&reader->lock);
        reader->quit = true;
        pthread_cond_broadcast(&reader->changed);
        pthread_mutex_unlock(&reader->lock);
        pthread_join(reader->thread, NULL);
    }
    for (int i = 0; i < AHEAD_SLOTS; i++)
        batch_copy_fini(&reader->slots[i]);
    pthread_cond_destroy(&reader->changed);
    pthread_mutex_destroy(&reader->lock);
    data_stream_free(reader->inner);
    free(reader);
}
