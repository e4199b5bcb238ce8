/* engine/data/unpack.c -- the examples of each batch, one by one, as Fuel's Unpack.
 *
 * Saved are the state of the wrapped stream before the epoch, how many batches were read since, and how far
 * the last one was given out: loading reads so far again. */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/dataset.h"
#include "engine/data/state.h"
#include "engine/data/transformers.h"

struct unpack {
    char nothing; /* there is nothing to be told */
};

struct unpack_stream {
    struct data_stream stream;
    struct data_stream *inner;
    struct source_spec *specs;
    struct batch_source *example;
    struct batch batch; /* that of `inner`; given out up to `position` */
    int64_t position;
    int64_t fetched; /* batches of this epoch */
    cJSON *before;   /* the state of `inner` before this epoch; NULL: there was none yet */
};

static const struct data_stream_type unpack_stream_type;

static struct unpack_stream *of(struct data_stream *stream)
{
    return (struct unpack_stream *)stream;
}

/* Starts an epoch of `inner`, whose state before it is kept. */
static enum stream_result start(struct unpack_stream *self, struct error *err)
{
    cJSON *before = cJSON_CreateObject();

    if (!self->inner->type->save(self->inner, 0, before, err)) {
        cJSON_Delete(before);
        return STREAM_FAILED;
    }
    cJSON_Delete(self->before);
    self->before = before;
    self->batch = (struct batch){ 0 };
    self->position = self->fetched = 0;
    return self->inner->type->next_epoch(self->inner, err);
}

static enum stream_result unpack_next_epoch(struct data_stream *stream, struct error *err)
{
    return start(of(stream), err);
}

static enum stream_result fetch(struct unpack_stream *self, struct error *err)
{
    struct batch batch;
    const enum stream_result result = self->inner->type->next_batch(self->inner, &batch, err);

    if (result != STREAM_OK)
        return result; /* the last batch stays the one that was given out */
    self->batch = batch;
    self->position = 0;
    self->fetched++;
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
    cJSON_AddBoolToObject(state, "started", self->before != NULL);
    cJSON_AddNumberToObject(state, "fetched", (double)self->fetched);
    cJSON_AddNumberToObject(state, "position", (double)self->position);
    if (!self->before)
        return self->inner->type->save(self->inner, 0, cJSON_AddObjectToObject(state, "data_stream"), err);
    cJSON_AddItemToObject(state, "data_stream", cJSON_Duplicate(self->before, true));
    return true;
}

/* Reads the epoch again up to where it was. */
static bool replay(struct unpack_stream *self, int64_t fetched, int64_t position, struct error *err)
{
    enum stream_result result = start(self, err);

    while (result == STREAM_OK && self->fetched < fetched)
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
    const cJSON *inner = state_object(state, "data_stream", err);
    int64_t fetched, position;
    bool started;

    return inner && state_boolean(state, "started", &started, err) &&
           state_integer(state, "fetched", 0, DATASET_EXAMPLES_MAX, &fetched, err) &&
           state_integer(state, "position", 0, DATASET_EXAMPLES_MAX, &position, err) &&
           self->inner->type->load(self->inner, inner, err) &&
           (!started || replay(self, fetched, position, err));
}

static void unpack_free(struct data_stream *stream)
{
    struct unpack_stream *self = of(stream);

    cJSON_Delete(self->before);
    free(self->specs);
    free(self->example);
    data_stream_free(self->inner);
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
        .inner = inner,
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
