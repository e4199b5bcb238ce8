/* engine/data/batch.c -- batches out of single examples, as Fuel's Batch.
 *
 * The sizes come from a ConstantScheme.  When the examples run out, `strictness` says what becomes of a
 * smaller last batch: 0, it is given; 1, it is dropped; 2, it is an error. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/dataset.h"
#include "engine/data/schemes.h"
#include "engine/data/state.h"
#include "engine/data/transformers.h"

struct batch_settings {
    struct component *iteration_scheme;
    int64_t strictness;
};

static const struct param params[] = {
    PARAM(batch_settings, iteration_scheme, COMPONENT, .required = true, .family = &scheme_family,
          .about = "A ConstantScheme: the sizes of the batches."),
    PARAM(batch_settings, strictness, INTEGER, .preset = "0", .min = 0, .max = 2,
          .about = "A smaller last batch is 0: given, 1: dropped, 2: an error."),
    PARAM_END,
};

enum strictness { GIVE, DROP, FAIL };

struct batch_stream {
    struct data_stream stream;
    struct data_stream *inner;
    struct scheme *scheme;
    int64_t strictness;
    struct source_spec *specs;
    struct batch_source *batch;
    size_t *row_bytes;
    char **rows; /* room for a batch; NULL until the first epoch */
};

static const struct data_stream_type batch_stream_type;

static struct batch_stream *of(struct data_stream *stream)
{
    return (struct batch_stream *)stream;
}

static bool prepare(struct batch_stream *self, struct error *err)
{
    const int64_t rows = self->scheme->request_max;

    for (size_t i = 0; i < self->stream.source_count; i++) {
        if (!self->rows[i])
            self->rows[i] = row_room(rows, self->row_bytes[i]);
        if (!self->rows[i])
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for batches of %lld examples", (long long)rows);
    }
    return true;
}

static enum stream_result batch_next_epoch(struct data_stream *stream, struct error *err)
{
    struct batch_stream *self = of(stream);
    enum stream_result result;

    if (!prepare(self, err))
        return STREAM_FAILED;
    result = self->inner->type->next_epoch(self->inner, err);
    if (result == STREAM_OK && !self->scheme->type->next_epoch(self->scheme, err))
        return STREAM_FAILED;
    return result;
}

/* The data of ragged examples live as long as the stream, those of others until the next one. */
static bool keep(struct batch_stream *self, const struct batch *example, int64_t row, struct error *err)
{
    for (size_t i = 0; i < self->stream.source_count; i++) {
        const struct tensor *tensor = &example->sources[i].tensor;
        char *to = self->rows[i] + (size_t)row * self->row_bytes[i];

        if (self->specs[i].ragged) {
            memcpy(to, tensor, sizeof(*tensor));
            continue;
        }
        if (tensor_bytes(tensor) != self->row_bytes[i])
            return RAISE(err, ERROR_TRAINING, NULL,
                         "source \"%s\": examples of different shapes make no batch", self->specs[i].name);
        if (self->row_bytes[i] > 0)
            memcpy(to, tensor->data, self->row_bytes[i]);
    }
    return true;
}

/* Up to `wanted` examples; *out_count is how many there were. */
static enum stream_result collect(struct batch_stream *self, int64_t wanted, int64_t *out_count,
                                  struct error *err)
{
    enum stream_result result = STREAM_OK;
    struct batch example;

    for (*out_count = 0; *out_count < wanted; ++*out_count) {
        result = self->inner->type->next_batch(self->inner, &example, err);
        if (result == STREAM_OK && !keep(self, &example, *out_count, err))
            result = STREAM_FAILED;
        if (result != STREAM_OK)
            return result;
    }
    return result;
}

static void deliver(struct batch_stream *self, int64_t examples, struct batch *out)
{
    for (size_t i = 0; i < self->stream.source_count; i++)
        self->batch[i] = batch_source_of_rows(&self->specs[i], examples, self->rows[i]);
    *out = (struct batch){ self->batch, self->stream.source_count, examples };
}

static enum stream_result batch_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct batch_stream *self = of(stream);
    enum stream_result result;
    struct request request;
    int64_t count;

    if (!self->scheme->type->next(self->scheme, &request))
        return STREAM_END;
    if (request.count > self->scheme->request_max) /* more than there are */
        request.count = self->scheme->request_max;
    result = collect(self, request.count, &count, err);
    if (result == STREAM_FAILED || (result == STREAM_END && (count == 0 || self->strictness == DROP)))
        return result;
    if (result == STREAM_END && self->strictness == FAIL) {
        RAISE(err, ERROR_TRAINING, NULL, "the last batch has %lld examples instead of %lld", (long long)count,
              (long long)request.count);
        return STREAM_FAILED;
    }
    deliver(self, count, out);
    return STREAM_OK;
}

static int64_t batch_batches_per_epoch(const struct data_stream *stream)
{
    return scheme_requests_per_epoch(((const struct batch_stream *)stream)->scheme);
}

/* Between two batches nothing is kept back. */
static bool batch_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                       struct error *err)
{
    const struct batch_stream *self = (const struct batch_stream *)stream;

    (void)behind;
    return self->scheme->type->save(self->scheme, 0, cJSON_AddObjectToObject(state, "iteration_scheme"),
                                    err) &&
           self->inner->type->save(self->inner, 0, cJSON_AddObjectToObject(state, "data_stream"), err);
}

static bool batch_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct batch_stream *self = of(stream);
    const cJSON *inner = state_object(state, "data_stream", err);
    const cJSON *scheme = inner ? state_object(state, "iteration_scheme", err) : NULL;

    return scheme && prepare(self, err) && self->scheme->type->load(self->scheme, scheme, err) &&
           self->inner->type->load(self->inner, inner, err);
}

static void batch_free(struct data_stream *stream)
{
    struct batch_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++)
        free(self->rows[i]);
    free(self->rows);
    free(self->row_bytes);
    free(self->batch);
    free(self->specs);
    scheme_free(self->scheme);
    data_stream_free(self->inner);
    free(self);
}

static const struct data_stream_type batch_stream_type = {
    .name = "Batch",
    .next_epoch = batch_next_epoch,
    .next_batch = batch_next_batch,
    .batches_per_epoch = batch_batches_per_epoch,
    .save = batch_save,
    .load = batch_load,
    .free = batch_free,
};

/* The sizes of the batches; NULL with the error reported. */
static struct scheme *open_scheme(const struct component *component, const struct data_stream *inner,
                                  struct error_list *errors)
{
    const struct component *wanted = ((const struct batch_settings *)component->settings)->iteration_scheme;
    const int64_t examples = inner->type->batches_per_epoch(inner);

    if (!inner->produces_examples) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "the stream gives batches already");
        error_list_hint(errors, "Put Unpack before it, use an example scheme, or Cache to cut batches anew.");
        return NULL;
    }
    return scheme_of_sizes(component, wanted, examples > 0 ? examples : INT64_MAX, errors);
}

/* Nobody else bounds the size of a batch when the number of examples is not known. */
static bool fits(const struct data_stream *inner, const struct scheme *scheme,
                 const struct component *component, struct error_list *errors)
{
    size_t row_bytes = 0;

    for (size_t i = 0; i < inner->source_count; i++) {
        const struct source_spec *spec = &inner->sources[i];

        row_bytes += spec->ragged ? sizeof(struct tensor)
                                  : (size_t)shape_elements(&spec->shape) * dtype_bytes(spec->dtype);
    }
    if (row_bytes == 0 || (size_t)scheme->request_max <= DATASET_BYTES_MAX / row_bytes)
        return true;
    return REPORT_AT(errors, ERROR_LIMIT, component, "iteration_scheme",
                     "batches of %lld examples take more than %zu bytes", (long long)scheme->request_max,
                     DATASET_BYTES_MAX);
}

static struct data_stream *batch_new(const struct component *component, struct data_stream *inner,
                                     const struct transforming *with, struct error_list *errors)
{
    struct scheme *scheme = open_scheme(component, inner, errors);
    const size_t count = inner->source_count;
    struct batch_stream *self;

    (void)with;
    if (!scheme)
        return NULL;
    if (!fits(inner, scheme, component, errors)) {
        scheme_free(scheme);
        return NULL;
    }
    self = memory_new(1, sizeof(*self));
    *self = (struct batch_stream){
        .stream = { .type = &batch_stream_type, .source_count = count },
        .inner = inner,
        .scheme = scheme,
        .strictness = ((const struct batch_settings *)component->settings)->strictness,
        .specs = memory_new(count, sizeof(*self->specs)),
        .batch = memory_new(count, sizeof(*self->batch)),
        .row_bytes = memory_new(count, sizeof(*self->row_bytes)),
        .rows = memory_new(count, sizeof(*self->rows)),
    };
    for (size_t i = 0; i < count; i++) {
        struct source_spec *spec = &self->specs[i];

        *spec = inner->sources[i];
        for (int axis = spec->shape.rank++; axis > 0; axis--)
            spec->shape.dims[axis] = spec->shape.dims[axis - 1];
        spec->shape.dims[0] = scheme->request_max;
        self->row_bytes[i] = source_row_bytes(spec);
    }
    if (self->strictness == GIVE && inner->type->batches_per_epoch(inner) > 0)
        self->stream.examples_min = scheme->request_min;
    self->stream.sources = self->specs;
    return &self->stream;
}

const struct transformer_type batch_type = {
    .component = {
        .name = "Batch",
        .about = "Makes batches out of single examples.",
        .params = params,
        .settings_size = sizeof(struct batch_settings),
    },
    .new = batch_new,
    .forgets = true,
};
