/* engine/data/read_ahead.c -- see read_ahead.h.
 *
 * Batches come from the reader's thread.  Who wants the wrapped stream itself, to start an epoch, or to save
 * or load its state, borrows it from the reader. */
#include "engine/data/read_ahead.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/data/ahead_reader.h"

struct ahead_stream {
    struct data_stream stream;
    const struct data_stream *inner; /* the reader's */
    struct ahead_reader *reader;
};

static const struct data_stream_type ahead_stream_type;

static struct ahead_reader *reader_of(const struct data_stream *stream)
{
    return ((const struct ahead_stream *)stream)->reader;
}

/* Who leaves an epoch early has not seen everything that was read: generators go back to where he left,
 * behind the batch that was taken last. */
static bool go_back(const struct ahead_reader *reader, struct data_stream *inner, struct error *err)
{
    struct cJSON *state;
    bool good;

    if (ahead_reader_ready(reader) == 0)
        return true;
    state = cJSON_CreateObject();
    good = inner->type->save(inner, ahead_reader_unseen(reader), state, err) &&
           inner->type->load(inner, state, err);
    cJSON_Delete(state);
    return good;
}

static enum stream_result ahead_next_epoch(struct data_stream *stream, struct error *err)
{
    struct ahead_reader *reader = reader_of(stream);
    enum stream_result result = STREAM_FAILED;
    struct data_stream *inner;

    if (!ahead_reader_start(reader, err))
        return STREAM_FAILED;
    inner = ahead_reader_borrow(reader, NULL);
    if (go_back(reader, inner, err))
        result = inner->type->next_epoch(inner, err);
    ahead_reader_forget(reader);
    ahead_reader_give_back(reader, result == STREAM_OK);
    return result;
}

static enum stream_result ahead_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    return ahead_reader_take(reader_of(stream), out, err);
}

static int64_t ahead_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *inner = ((const struct ahead_stream *)stream)->inner;

    return inner->type->batches_per_epoch(inner);
}

/* The state behind the batch that was taken last; a batch that failed was asked for as well. */
static bool ahead_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                       struct error *err)
{
    struct ahead_reader *reader = reader_of(stream);
    bool running, saved;
    struct data_stream *inner = ahead_reader_borrow(reader, &running);

    (void)behind; /* always 0: this stream does not remember */
    saved = inner->type->save(inner, ahead_reader_unseen(reader), state, err);
    ahead_reader_give_back(reader, running);
    return saved;
}

static bool ahead_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct ahead_reader *reader = reader_of(stream);
    struct data_stream *inner;
    bool loaded;

    if (!ahead_reader_start(reader, err))
        return false;
    inner = ahead_reader_borrow(reader, NULL);
    ahead_reader_forget(reader);
    loaded = inner->type->load(inner, state, err);
    ahead_reader_give_back(reader, loaded);
    return loaded;
}

static void ahead_free(struct data_stream *stream)
{
    ahead_reader_free(reader_of(stream));
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

    *self = (struct ahead_stream){ .stream = { .type = &ahead_stream_type,
                                               .sources = inner->sources,
                                               .source_count = inner->source_count,
                                               .examples_min = inner->examples_min,
                                               .produces_examples = inner->produces_examples },
                                   .inner = inner,
                                   .reader = ahead_reader_new(inner) };
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
    return bytes * (stream->type == &ahead_stream_type ? AHEAD_SLOTS + 1 : 1);
}
