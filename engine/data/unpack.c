/* engine/data/unpack.c -- the examples of each batch, one by one, as Fuel's Unpack.
 *
 * Saved are how many batches of the epoch were read, and how far the last one was given out: loading reads so
 * far again (replay.h). */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/dataset.h"
#include "engine/data/replay.h"
#include "engine/data/state.h"
#include "engine/data/transformers.h"

struct unpack {
    char nothing; /* there is nothing to be told */
};

struct unpack_stream {
    struct data_stream stream;
    struct replay replay;
    struct source_spec *specs;
    struct batch_source *example;
    struct batch batch; /* the last one fetched; given out up to `position` */
    int64_t position;
};

static const struct data_stream_type unpack_stream_type;

static struct unpack_stream *of(struct data_stream *stream)
{
    return (struct unpack_stream *)stream;
}

static enum stream_result start(struct unpack_stream *self, struct error *err)
{
    self->batch = (struct batch){ 0 };
    self->position = 0;
    return replay_next_epoch(&self->replay, err);
}

static enum stream_result unpack_next_epoch(struct data_stream *stream, struct error *err)
{
    return start(of(stream), err);
}

static enum stream_result fetch(struct unpack_stream *self, struct error *err)
{
    struct batch batch;
    const enum stream_result result = replay_fetch(&self->replay, &batch, err);

    if (result != STREAM_OK)
        return result; /* the last batch stays the one that was given out */
    self->batch = batch;
    self->position = 0;
    return result;
}

/* Example `position` of a source: a view. */
static struct batch_source example_of(const struct unpack_stream *self, size_t index)
{
    const struct batch_source *in = &self->batch.sources[index];
    const size_t row_bytes = tensor_bytes(&in->tensor) / (size_t)self->batch.examples;
    struct batch_source out = { .name = in->name, .tensor = { .dtype = in->tensor.dtype } };

    if (in->ragged) {
        out.tensor = in->ragged[self->position];
        return out;
    }
    out.tensor.shape.rank = in->tensor.shape.rank - 1;
    for (int axis = 0; axis < out.tensor.shape.rank; axis++)
        out.tensor.shape.dims[axis] = in->tensor.shape.dims[axis + 1];
    out.tensor.data = (char *)in->tensor.data + (size_t)self->position * row_bytes;
    return out;
}

static enum stream_result unpack_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct unpack_stream *self = of(stream);

    while (self->position >= self->batch.examples) {
        const enum stream_result result = fetch(self, err);

        if (result != STREAM_OK)
            return result;
    }
    for (size_t i = 0; i < stream->source_count; i++)
        self->example[i] = example_of(self, i);
    self->position++;
    *out = (struct batch){ self->example, stream->source_count, 1 };
    return STREAM_OK;
}

static int64_t unpack_batches_per_epoch(const struct data_stream *stream)
{
    (void)stream;
    return BATCHES_UNKNOWN;
}

static bool unpack_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                        struct error *err)
{
    const struct unpack_stream *self = (const struct unpack_stream *)stream;

    (void)behind;
    cJSON_AddNumberToObject(state, "position", (double)self->position);
    return replay_save(&self->replay, state, err);
}

/* Reads the epoch again up to where it was. */
static bool read_again(struct unpack_stream *self, int64_t fetched, int64_t position, struct error *err)
{
    enum stream_result result = start(self, err);

    while (result == STREAM_OK && self->replay.fetched < fetched)
        result = fetch(self, err);
    if (result == STREAM_FAILED)
        return false;
    if (result != STREAM_OK || position > self->batch.examples)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved position lies behind the end of the epoch");
    self->position = position;
    return true;
}

static bool unpack_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct unpack_stream *self = of(stream);
    int64_t fetched, position;
    bool started;

    return state_integer(state, "position", 0, DATASET_EXAMPLES_MAX, &position, err) &&
           replay_load(&self->replay, state, &started, &fetched, err) &&
           (!started || read_again(self, fetched, position, err));
}

static void unpack_free(struct data_stream *stream)
{
    struct unpack_stream *self = of(stream);

    free(self->specs);
    free(self->example);
    replay_fini(&self->replay);
    free(self);
}

static const struct data_stream_type unpack_stream_type = {
    .name = "Unpack",
    .next_epoch = unpack_next_epoch,
    .next_batch = unpack_next_batch,
    .batches_per_epoch = unpack_batches_per_epoch,
    .save = unpack_save,
    .load = unpack_load,
    .free = unpack_free,
};

static struct data_stream *unpack_new(const struct component *component, struct data_stream *inner,
                                      const struct transforming *with, struct error_list *errors)
{
    struct unpack_stream *self;

    (void)with;
    if (inner->produces_examples) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "single examples cannot be unpacked");
        return NULL;
    }
    self = memory_new(1, sizeof(*self));
    *self = (struct unpack_stream){
        .stream = { .type = &unpack_stream_type,
                    .source_count = inner->source_count,
                    .produces_examples = true },
        .replay = { .inner = inner },
        .specs = memory_new(inner->source_count, sizeof(*self->specs)),
        .example = memory_new(inner->source_count, sizeof(*self->example)),
    };
    for (size_t i = 0; i < inner->source_count; i++) {
        struct source_spec *spec = &self->specs[i];

        *spec = inner->sources[i];
        spec->shape.rank--;
        for (int axis = 0; axis < spec->shape.rank; axis++)
            spec->shape.dims[axis] = spec->shape.dims[axis + 1];
    }
    self->stream.sources = self->specs;
    return &self->stream;
}

static const struct param params[] = { PARAM_END };

const struct transformer_type unpack_type = {
    .component = {
        .name = "Unpack",
        .about = "Gives the examples of each batch one by one.",
        .params = params,
        .settings_size = sizeof(struct unpack),
    },
    .new = unpack_new,
    .forgets = true,
};
