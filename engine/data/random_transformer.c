/* engine/data/random_transformer.c -- see random_transformer.h. */
#include "engine/data/random_transformer.h"

#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/random_json.h"
#include "engine/data/state.h"

enum { IMAGE_RANK = 3 };

struct random_stream {
    struct data_stream stream;
    struct data_stream *inner;
    const struct random_transformer *how;
    const void *settings;
    struct random_state random;
    struct source_spec *specs;
    struct batch_source *batch;
    bool *chosen;
    void **buffers; /* of the chosen sources; NULL until the first epoch */
};

static const struct data_stream_type random_stream_type;

static struct random_stream *of(struct data_stream *stream)
{
    return (struct random_stream *)stream;
}

/* ---- checks ---- */

static bool choose(struct random_stream *self, const struct component *component,
                   const struct text_list *which_sources, struct error_list *errors)
{
    char member[64];
    bool good = true;

    for (size_t i = 0; i < self->stream.source_count; i++)
        self->chosen[i] = !which_sources->given;
    for (size_t i = 0; i < which_sources->count; i++) {
        const struct source_spec *spec = data_stream_source(self->inner, which_sources->items[i]);

        if (spec) {
            self->chosen[spec - self->inner->sources] = true;
            continue;
        }
        snprintf(member, sizeof(member), "which_sources/%zu", i);
        good = REPORT_AT(errors, ERROR_UNKNOWN_NAME, component, member, "the stream has no source \"%s\"",
                         which_sources->items[i]);
    }
    return good;
}

static bool plan_source(struct random_stream *self, struct source_spec *spec, struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (spec->shape.rank == IMAGE_RANK + !self->stream.produces_examples)
        return self->how->plan(self->settings, spec, err);
    RAISE(err, ERROR_SHAPE, NULL, "arrays of shape %s are no images", shape_text(&spec->shape, text));
    return error_hint(err, "Images are (channel, height, width); name their sources in which_sources.");
}

static bool plan(struct random_stream *self, const struct component *component, struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < self->stream.source_count; i++) {
        struct error err = { 0 };

        self->specs[i] = self->inner->sources[i];
        if (!self->chosen[i] || plan_source(self, &self->specs[i], &err))
            continue;
        good = REPORT_AT(errors, err.code, component, NULL, "source \"%s\": %s", self->specs[i].name,
                         err.message);
        if (err.hint[0])
            error_list_hint(errors, "%s", err.hint);
    }
    return good;
}

struct data_stream *random_transformer_new(const struct random_transformer *how,
                                           const struct component *component,
                                           const struct text_list *which_sources, int64_t seed,
                                           struct data_stream *inner, struct error_list *errors)
{
    struct random_stream *self = memory_new(1, sizeof(*self));
    const size_t count = inner->source_count;

    *self = (struct random_stream){
        .inner = inner,
        .how = how,
        .settings = component->settings,
        .specs = memory_new(count, sizeof(*self->specs)),
        .batch = memory_new(count, sizeof(*self->batch)),
        .chosen = memory_new(count, sizeof(*self->chosen)),
        .buffers = memory_new(count, sizeof(*self->buffers)),
    };
    self->stream = (struct data_stream){
        .type = &random_stream_type,
        .sources = self->specs,
        .source_count = count,
        .produces_examples = inner->produces_examples,
    };
    random_seed(&self->random, (uint32_t)seed);
    if (choose(self, component, which_sources, errors) && plan(self, component, errors))
        return &self->stream;
    self->inner = NULL;
    data_stream_free(&self->stream);
    return NULL;
}

/* ---- batches ---- */

static bool prepare(struct random_stream *self, struct error *err)
{
    for (size_t i = 0; i < self->stream.source_count; i++) {
        const struct source_spec *spec = &self->specs[i];
        int64_t elements;

        if (!self->chosen[i] || self->buffers[i])
            continue;
        if (shape_count(&spec->shape, &elements))
            self->buffers[i] =
                memory_try_aligned((size_t)(elements > 0 ? elements : 1) * dtype_bytes(spec->dtype));
        if (!self->buffers[i])
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for batches of source \"%s\"", spec->name);
    }
    return true;
}

static enum stream_result random_next_epoch(struct data_stream *stream, struct error *err)
{
    struct random_stream *self = of(stream);

    return prepare(self, err) ? self->inner->type->next_epoch(self->inner, err) : STREAM_FAILED;
}

static bool transform(struct random_stream *self, size_t index, const struct batch_source *in, int64_t count,
                      struct error *err)
{
    const struct tensor *images = in->ragged ? in->ragged : &in->tensor;
    struct source_spec spec = { .name = in->name, .dtype = in->tensor.dtype, .shape = in->tensor.shape };
    struct batch_source *out = &self->batch[index];

    /* Padded batches may be smaller than planned. */
    if (in->ragged)
        spec.shape = self->specs[index].shape;
    else if (!self->how->plan(self->settings, &spec, err))
        return error_prefix(err, "source \"%s\"", in->name);
    *out =
        (struct batch_source){ .name = in->name, .tensor = { spec.dtype, spec.shape, self->buffers[index] } };
    if (!self->stream.produces_examples)
        out->tensor.shape.dims[0] = count;
    return self->how->apply(self->settings, images, count, in->ragged, &self->random, &out->tensor, err) ||
           error_prefix(err, "source \"%s\"", in->name);
}

static enum stream_result random_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct random_stream *self = of(stream);
    const enum stream_result result = self->inner->type->next_batch(self->inner, out, err);
    const int64_t count = stream->produces_examples ? 1 : out->examples;

    if (result != STREAM_OK)
        return result;
    for (size_t i = 0; i < stream->source_count; i++) {
        self->batch[i] = out->sources[i];
        if (self->chosen[i] && !transform(self, i, &out->sources[i], count, err))
            return STREAM_FAILED;
    }
    out->sources = self->batch;
    return STREAM_OK;
}

static int64_t random_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *inner = ((const struct random_stream *)stream)->inner;

    return inner->type->batches_per_epoch(inner);
}

static bool random_save(const struct data_stream *stream, struct cJSON *state, struct error *err)
{
    const struct random_stream *self = (const struct random_stream *)stream;

    cJSON_AddItemToObject(state, "rng", random_to_json(&self->random));
    return self->inner->type->save(self->inner, cJSON_AddObjectToObject(state, "data_stream"), err);
}

static bool random_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct random_stream *self = of(stream);
    const cJSON *inner = state_object(state, "data_stream", err),
                *random = inner ? state_object(state, "rng", err) : NULL;

    return random && random_from_json(&self->random, random, err) && prepare(self, err) &&
           self->inner->type->load(self->inner, inner, err);
}

static void random_free(struct data_stream *stream)
{
    struct random_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++)
        free(self->buffers[i]);
    free(self->buffers);
    free(self->chosen);
    free(self->batch);
    free(self->specs);
    data_stream_free(self->inner);
    free(self);
}

static const struct data_stream_type random_stream_type = {
    .name = "RandomTransformer",
    .next_epoch = random_next_epoch,
    .next_batch = random_next_batch,
    .batches_per_epoch = random_batches_per_epoch,
    .save = random_save,
    .load = random_load,
    .free = random_free,
};
