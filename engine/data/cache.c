/* engine/data/cache.c -- smaller batches from the larger ones of the wrapped stream, as Fuel's Cache.
 *
 * A batch that asks for more examples than are left takes one more batch of the wrapped stream; when there is
 * none, the epoch ends and what is left is dropped.  Behind a SortMapping, batches hold examples of similar
 * length.
 *
 * Saved are how far the epoch was read, and how much is left of that: loading reads so far again (replay.h).
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/replay.h"
#include "engine/data/schemes.h"
#include "engine/data/state.h"
#include "engine/data/transformers.h"

struct cache {
    struct component *iteration_scheme;
};

static const struct param params[] = {
    PARAM(cache, iteration_scheme, COMPONENT, .required = true, .family = &scheme_family,
          .about = "A ConstantScheme: the sizes of the batches."),
    PARAM_END,
};

struct lane {
    size_t row_bytes;
    char *rows; /* room for what is left and one more batch; NULL until the first epoch */
};

struct cache_stream {
    struct data_stream stream;
    struct replay replay; /* of the larger batches */
    struct scheme *scheme;
    struct source_spec *specs;
    struct batch_source *batch;
    struct lane *lanes;
    int64_t first, count; /* the rows that are left */
};

static const struct data_stream_type cache_stream_type;

static struct cache_stream *of(struct data_stream *stream)
{
    return (struct cache_stream *)stream;
}

static int64_t inner_batch(const struct cache_stream *self)
{
    return self->replay.inner->sources[0].shape.dims[0];
}

/* ---- rows ---- */

static bool prepare(struct cache_stream *self, struct error *err)
{
    const int64_t rows = self->scheme->request_max + inner_batch(self);

    for (size_t i = 0; i < self->stream.source_count; i++) {
        struct lane *lane = &self->lanes[i];

        if (!lane->rows)
            lane->rows = row_room(rows, lane->row_bytes);
        if (!lane->rows)
            return RAISE(err, ERROR_MEMORY, NULL, "no memory to keep %lld examples", (long long)rows);
    }
    return true;
}

static bool append(struct cache_stream *self, size_t index, const struct batch_source *in, int64_t examples,
                   struct error *err)
{
    const struct lane *lane = &self->lanes[index];
    const void *rows = in->ragged ? (const void *)in->ragged : in->tensor.data;

    if (!in->ragged && tensor_bytes(&in->tensor) != (size_t)examples * lane->row_bytes) {
        RAISE(err, ERROR_TRAINING, NULL, "source \"%s\": batches of different shapes cannot be cut anew",
              in->name);
        return error_hint(err, "Put Padding behind Cache.");
    }
    memmove(lane->rows, lane->rows + (size_t)self->first * lane->row_bytes,
            (size_t)self->count * lane->row_bytes);
    memcpy(lane->rows + (size_t)self->count * lane->row_bytes, rows, (size_t)examples * lane->row_bytes);
    return true;
}

static enum stream_result fetch(struct cache_stream *self, struct error *err)
{
    struct batch batch;
    const enum stream_result result = replay_fetch(&self->replay, &batch, err);

    if (result != STREAM_OK)
        return result;
    for (size_t i = 0; i < self->stream.source_count; i++)
        if (!append(self, i, &batch.sources[i], batch.examples, err))
            return STREAM_FAILED;
    self->first = 0;
    self->count += batch.examples;
    return STREAM_OK;
}

static void deliver(struct cache_stream *self, int64_t examples, struct batch *out)
{
    for (size_t i = 0; i < self->stream.source_count; i++) {
        const struct lane *lane = &self->lanes[i];

        self->batch[i] = batch_source_of_rows(&self->specs[i], examples,
                                              lane->rows + (size_t)self->first * lane->row_bytes);
    }
    self->first += examples;
    self->count -= examples;
    *out = (struct batch){ self->batch, self->stream.source_count, examples };
}

/* ---- the stream ---- */

static enum stream_result start(struct cache_stream *self, struct error *err)
{
    if (!prepare(self, err))
        return STREAM_FAILED;
    self->first = self->count = 0;
    return replay_next_epoch(&self->replay, err);
}

static enum stream_result cache_next_epoch(struct data_stream *stream, struct error *err)
{
    struct cache_stream *self = of(stream);
    const enum stream_result result = start(self, err);

    if (result == STREAM_OK && !self->scheme->type->next_epoch(self->scheme, err))
        return STREAM_FAILED;
    return result;
}

static enum stream_result cache_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct cache_stream *self = of(stream);
    struct request request;

    if (!self->scheme->type->next(self->scheme, &request))
        return STREAM_END;
    if (request.count > self->count) {
        const enum stream_result result = fetch(self, err);

        if (result != STREAM_OK)
            return result;
    }
    deliver(self, request.count < self->count ? request.count : self->count, out);
    return STREAM_OK;
}

static int64_t cache_batches_per_epoch(const struct data_stream *stream)
{
    return scheme_requests_per_epoch(((const struct cache_stream *)stream)->scheme);
}

static bool cache_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                       struct error *err)
{
    const struct cache_stream *self = (const struct cache_stream *)stream;

    (void)behind;
    cJSON_AddNumberToObject(state, "left", (double)self->count);
    return self->scheme->type->save(self->scheme, 0, cJSON_AddObjectToObject(state, "iteration_scheme"),
                                    err) &&
           replay_save(&self->replay, state, err);
}

/* Reads the epoch again up to where it was. */
static bool read_again(struct cache_stream *self, int64_t fetched, int64_t left, struct error *err)
{
    enum stream_result result = start(self, err);

    while (result == STREAM_OK && self->replay.fetched < fetched) {
        self->count = 0; /* what was left before a fetch went out with the batch that caused it */
        result = fetch(self, err);
    }
    if (result == STREAM_FAILED)
        return false;
    if (result != STREAM_OK || left > self->count)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved position lies behind the end of the epoch");
    self->first = self->count - left;
    self->count = left;
    return true;
}

static bool cache_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct cache_stream *self = of(stream);
    const cJSON *scheme = state_object(state, "iteration_scheme", err);
    int64_t fetched, left;
    bool started;

    return scheme && state_integer(state, "left", 0, inner_batch(self), &left, err) &&
           self->scheme->type->load(self->scheme, scheme, err) &&
           replay_load(&self->replay, state, &started, &fetched, err) &&
           (!started || read_again(self, fetched, left, err));
}

static void cache_free(struct data_stream *stream)
{
    struct cache_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++)
        free(self->lanes[i].rows);
    free(self->lanes);
    free(self->batch);
    free(self->specs);
    scheme_free(self->scheme);
    replay_fini(&self->replay);
    free(self);
}

static const struct data_stream_type cache_stream_type = {
    .name = "Cache",
    .next_epoch = cache_next_epoch,
    .next_batch = cache_next_batch,
    .batches_per_epoch = cache_batches_per_epoch,
    .save = cache_save,
    .load = cache_load,
    .free = cache_free,
};

/* The sizes of the batches; NULL with the error reported. */
static struct scheme *open_scheme(const struct component *component, const struct data_stream *inner,
                                  struct error_list *errors)
{
    const struct component *wanted = ((const struct cache *)component->settings)->iteration_scheme;

    if (inner->produces_examples) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "single examples cannot be cut into batches");
        return NULL;
    }
    return scheme_of_sizes(component, wanted, inner->sources[0].shape.dims[0], errors);
}

static struct data_stream *cache_new(const struct component *component, struct data_stream *inner,
                                     const struct transforming *with, struct error_list *errors)
{
    struct scheme *scheme = open_scheme(component, inner, errors);
    struct cache_stream *self;

    (void)with;
    if (!scheme)
        return NULL;
    self = memory_new(1, sizeof(*self));
    *self = (struct cache_stream){
        .stream = { .type = &cache_stream_type, .source_count = inner->source_count },
        .replay = { .inner = inner },
        .scheme = scheme,
        .specs = memory_new(inner->source_count, sizeof(*self->specs)),
        .batch = memory_new(inner->source_count, sizeof(*self->batch)),
        .lanes = memory_new(inner->source_count, sizeof(*self->lanes)),
    };
    for (size_t i = 0; i < inner->source_count; i++) {
        self->specs[i] = inner->sources[i];
        self->specs[i].shape.dims[0] += scheme->request_max - 1; /* left over, and a batch more */
        self->lanes[i].row_bytes = source_row_bytes(&inner->sources[i]);
        if (scheme->batch_size < self->specs[i].shape.dims[0])
            self->specs[i].shape.dims[0] = scheme->batch_size;
    }
    self->stream.sources = self->specs;
    return &self->stream;
}

const struct transformer_type cache_type = {
    .component = {
        .name = "Cache",
        .about = "Cuts batches anew: smaller ones out of the larger ones of the stream.",
        .params = params,
        .settings_size = sizeof(struct cache),
    },
    .new = cache_new,
    .forgets = true,
};
