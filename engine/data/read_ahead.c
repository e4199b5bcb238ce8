/* engine/data/read_ahead.c -- see read_ahead.h.
 *
 * The reader fills slots of the ring in turn, as long as one is free; the consumer takes them in turn, and
 * gives one back when it asks for the next.  Who wants the wrapped stream itself, to start an epoch, or to
 * save or load its state, first waits until the reader has put it down. */
#include "engine/data/read_ahead.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/data/batch_copy.h"

enum { SLOTS = 4 }; /* one of them is with the consumer */
static_assert(SLOTS + 1 <= STREAM_BEHIND_MAX, "all that is ahead, and a failure, can be gone back over");

/* What the two threads share. */
struct reader {
    struct data_stream *inner; /* used by the reader while `reading`, else with the lock held */
    struct batch_copy slots[SLOTS];
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

struct ahead_stream {
    struct data_stream stream;
    struct reader *reader;
};

static const struct data_stream_type ahead_stream_type;

static struct reader *reader_of(const struct data_stream *stream)
{
    return ((const struct ahead_stream *)stream)->reader;
}

/* ---- the thread ---- */

static enum stream_result fill(struct data_stream *inner, struct batch_copy *slot, struct error *err)
{
    struct batch batch;
    const enum stream_result result = inner->type->next_batch(inner, &batch, err);

    if (result == STREAM_OK)
        batch_copy_take(slot, &batch);
    return result;
}

static bool may_read(const struct reader *reader)
{
    return reader->running && reader->end == STREAM_OK &&
           reader->filled - (reader->taken - reader->holding) < SLOTS;
}

static void *read_on(void *context)
{
    struct reader *reader = context;

    pthread_mutex_lock(&reader->lock);
    while (!reader->quit) {
        enum stream_result result;

        if (!may_read(reader)) {
            pthread_cond_wait(&reader->changed, &reader->lock);
            continue;
        }
        reader->reading = true;
        pthread_mutex_unlock(&reader->lock);
        result = fill(reader->inner, &reader->slots[reader->filled % SLOTS], &reader->err);
        pthread_mutex_lock(&reader->lock);
        reader->reading = false;
        reader->filled += result == STREAM_OK;
        reader->end = result;
        pthread_cond_broadcast(&reader->changed);
    }
    pthread_mutex_unlock(&reader->lock);
    return NULL;
}

static bool make_room(struct reader *reader, struct error *err)
{
    for (int i = 0; i < SLOTS; i++)
        if (!batch_copy_make_room(&reader->slots[i], reader->inner->sources))
            return RAISE(err, ERROR_MEMORY, NULL, "no memory to read batches ahead");
    return true;
}

/* Signals are for the threads that wait for them. */
static bool start(struct reader *reader, struct error *err)
{
    sigset_t all, before;

    if (reader->started)
        return true;
    if (!make_room(reader, err))
        return false;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(&reader->thread, NULL, read_on, reader);
    reader->started = errno == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reader->started || RAISE_ERRNO(err, "could not start a thread");
}

/* ---- the consumer ---- */

/* Afterwards the wrapped stream belongs to whoever holds the lock. */
static void lock_and_stop(struct reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    reader->running = false;
    while (reader->reading)
        pthread_cond_wait(&reader->changed, &reader->lock);
}

static void go_on_and_unlock(struct reader *reader, bool running)
{
    reader->running = running;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
}

/* The state behind the batch that was taken last; a batch that failed was asked for as well. */
static bool save_taken(const struct reader *reader, struct cJSON *state, struct error *err)
{
    const int64_t unseen =
        reader->filled - reader->taken + (reader->end == STREAM_FAILED && !reader->end_seen);

    return reader->inner->type->save(reader->inner, unseen, state, err);
}

/* Who leaves an epoch early has not seen everything that was read: generators go back to where he left. */
static bool go_back(const struct reader *reader, struct error *err)
{
    struct cJSON *state;
    bool good;

    if (reader->filled == reader->taken)
        return true;
    state = cJSON_CreateObject();
    good = save_taken(reader, state, err) && reader->inner->type->load(reader->inner, state, err);
    cJSON_Delete(state);
    return good;
}

/* Nothing is left of what was read before. */
static void forget(struct reader *reader)
{
    reader->filled = reader->taken = 0;
    reader->holding = reader->end_seen = false;
    reader->end = STREAM_OK;
}

static enum stream_result ahead_next_epoch(struct data_stream *stream, struct error *err)
{
    struct reader *reader = reader_of(stream);
    enum stream_result result;

    if (!start(reader, err))
        return STREAM_FAILED;
    lock_and_stop(reader);
    result = go_back(reader, err) ? reader->inner->type->next_epoch(reader->inner, err) : STREAM_FAILED;
    forget(reader);
    go_on_and_unlock(reader, result == STREAM_OK);
    return result;
}

static enum stream_result ahead_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct reader *reader = reader_of(stream);
    enum stream_result result = STREAM_OK;

    pthread_mutex_lock(&reader->lock);
    reader->holding = false;
    pthread_cond_broadcast(&reader->changed);
    while (reader->running && reader->taken == reader->filled && reader->end == STREAM_OK)
        pthread_cond_wait(&reader->changed, &reader->lock);
    if (reader->taken < reader->filled) {
        *out = reader->slots[reader->taken++ % SLOTS].batch;
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

static int64_t ahead_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *inner = reader_of(stream)->inner;

    return inner->type->batches_per_epoch(inner);
}

static bool ahead_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                       struct error *err)
{
    struct reader *reader = reader_of(stream);
    bool running, saved;

    (void)behind; /* always 0: this stream does not remember */
    pthread_mutex_lock(&reader->lock);
    running = reader->running;
    pthread_mutex_unlock(&reader->lock);
    lock_and_stop(reader);
    saved = save_taken(reader, state, err);
    go_on_and_unlock(reader, running);
    return saved;
}

static bool ahead_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct reader *reader = reader_of(stream);
    bool loaded;

    if (!start(reader, err))
        return false;
    lock_and_stop(reader);
    forget(reader);
    loaded = reader->inner->type->load(reader->inner, state, err);
    go_on_and_unlock(reader, loaded);
    return loaded;
}

static void ahead_free(struct data_stream *stream)
{
    struct reader *reader = reader_of(stream);

    if (reader->started) {
        pthread_mutex_lock(&reader->lock);
        reader->quit = true;
        pthread_cond_broadcast(&reader->changed);
        pthread_mutex_unlock(&reader->lock);
        pthread_join(reader->thread, NULL);
    }
    for (int i = 0; i < SLOTS; i++)
        batch_copy_fini(&reader->slots[i]);
    pthread_cond_destroy(&reader->changed);
    pthread_mutex_destroy(&reader->lock);
    data_stream_free(reader->inner);
    free(reader);
    free(stream);
}

static const struct data_stream_type ahead_stream_type = {
    .name = "ReadAhead",
    .next_epoch = ahead_next_epoch,
    .next_batch = ahead_next_batch,
    .batches_per_epoch = ahead_batches_per_epoch,
    .save = ahead_save,
    .load = ahead_load,
    .free = ahead_free,
};

struct data_stream *read_ahead_new(struct data_stream *inner)
{
    struct ahead_stream *self = memory_new(1, sizeof(*self));
    struct reader *reader = memory_new(1, sizeof(*reader));

    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->changed, NULL);
    reader->inner = inner;
    for (int i = 0; i < SLOTS; i++)
        batch_copy_init(&reader->slots[i], inner->source_count);
    *self = (struct ahead_stream){ .stream = { .type = &ahead_stream_type,
                                               .sources = inner->sources,
                                               .source_count = inner->source_count,
                                               .examples_min = inner->examples_min,
                                               .produces_examples = inner->produces_examples },
                                   .reader = reader };
    return &self->stream;
}

bool read_ahead_pays(const struct data_stream *stream, bool on_disk)
{
    size_t bytes = 0;

    for (size_t i = 0; i < stream->source_count; i++) {
        const struct source_spec *spec = &stream->sources[i];
        int64_t elements;

        if (spec->ragged || !shape_count(&spec->shape, &elements) ||
            (uint64_t)elements > READ_AHEAD_BATCH_BYTES_MAX)
            return false;
        bytes += (size_t)elements * dtype_bytes(spec->dtype);
    }
    return stream->remembers && stream->is_slow && bytes <= READ_AHEAD_BATCH_BYTES_MAX &&
           (on_disk || bytes >= READ_AHEAD_BATCH_BYTES_MIN);
}

size_t read_ahead_bytes(const struct data_stream *stream)
{
    size_t bytes = 0;

    for (size_t i = 0; i < stream->source_count; i++) {
        int64_t elements;

        if (shape_count(&stream->sources[i].shape, &elements))
            bytes += (size_t)elements * dtype_bytes(stream->sources[i].dtype);
    }
    return bytes * (stream->type == &ahead_stream_type ? SLOTS + 1 : 1);
}
