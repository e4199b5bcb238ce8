/* engine/data/sourcewise.c -- see sourcewise.h. */
#include "engine/data/sourcewise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"

struct sourcewise_stream {
    struct data_stream stream;
    struct data_stream *inner;
    const struct sourcewise *how;
    const void *settings;
    enum dtype real;
    struct source_spec *specs; /* as delivered */
    struct batch_source *batch;
    bool *chosen;
    void **buffers; /* of the chosen sources; NULL until the first epoch, or when `how` only reshapes */
};

static const struct data_stream_type sourcewise_type;

static struct sourcewise_stream *of(struct data_stream *stream)
{
    return (struct sourcewise_stream *)stream;
}

static bool choose(struct sourcewise_stream *self, const struct component *component,
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

static bool plan(struct sourcewise_stream *self, const struct component *component, enum dtype real,
                 struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < self->stream.source_count; i++) {
        struct error err = { 0 };

        self->specs[i] = self->inner->sources[i];
        if (!self->chosen[i])
            continue;
        if (self->specs[i].ragged) {
            good = REPORT_AT(errors, ERROR_SHAPE, component, NULL,
                             "the examples of source \"%s\" differ in shape", self->specs[i].name);
            error_list_hint(errors,
                            "Put this behind a Padding or a RandomFixedSizeCrop, or leave the source out of "
                            "which_sources.");
            continue;
        }
        if (self->how->plan(self->settings, self->stream.produces_examples, real, &self->specs[i], &err))
            continue;
        good = REPORT_AT(errors, err.code, component, NULL, "source \"%s\": %s", self->specs[i].name,
                         err.message);
        if (err.hint[0])
            error_list_hint(errors, "%s", err.hint);
    }
    return good;
}

struct data_stream *sourcewise_new(const struct sourcewise *how, const struct component *component,
                                   const struct text_list *which_sources, struct data_stream *inner,
                                   enum dtype real, struct error_list *errors)
{
    struct sourcewise_stream *self = memory_new(1, sizeof(*self));
    const size_t count = inner->source_count;

    *self = (struct sourcewise_stream){
        .inner = inner,
        .how = how,
        .settings = component->settings,
        .real = real,
        .specs = memory_new(count, sizeof(*self->specs)),
        .batch = memory_new(count, sizeof(*self->batch)),
        .chosen = memory_new(count, sizeof(*self->chosen)),
        .buffers = memory_new(count, sizeof(*self->buffers)),
    };
    self->stream = (struct data_stream){
        .type = &sourcewise_type,
        .sources = self->specs,
        .source_count = count,
        .rowwise = inner->rowwise,
        .produces_examples = inner->produces_examples,
    };
    if (choose(self, component, which_sources, errors) && plan(self, component, real, errors))
        return &self->stream;
    self->inner = NULL;
    data_stream_free(&self->stream);
    return NULL;
}

static bool prepare(struct sourcewise_stream *self, struct error *err)
{
    for (size_t i = 0; i < self->stream.source_count; i++) {
        const struct source_spec *spec = &self->specs[i];
        int64_t elements;

        if (!self->chosen[i] || !self->how->apply || self->buffers[i])
            continue;
        if (shape_count(&spec->shape, &elements))
            self->buffers[i] =
                memory_try_aligned((size_t)(elements > 0 ? elements : 1) * dtype_bytes(spec->dtype));
        if (!self->buffers[i])
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for batches of source \"%s\"", spec->name);
    }
    return true;
}

static enum stream_result sourcewise_next_epoch(struct data_stream *stream, struct error *err)
{
    struct sourcewise_stream *self = of(stream);

    if (!prepare(self, err))
        return STREAM_FAILED;
    return self->inner->type->next_epoch(self->inner, err);
}

/* Batches of padded sequences are as long as their own longest one. */
static bool is_shorter(const struct tensor *in, const struct source_spec *planned, int first_axis)
{
    for (int axis = first_axis; axis < in->shape.rank; axis++)
        if (in->shape.dims[axis] != planned->shape.dims[axis])
            return true;
    return false;
}

static bool transform(struct sourcewise_stream *self, size_t index, const struct tensor *in,
                      struct error *err)
{
    const struct source_spec *planned = &self->inner->sources[index];
    struct tensor *out = &self->batch[index].tensor;

    *out = (struct tensor){ .dtype = self->specs[index].dtype, .shape = self->specs[index].shape };
    if (is_shorter(in, planned, self->stream.produces_examples ? 0 : 1)) {
        struct source_spec spec = { planned->name, in->dtype, in->shape, false };

        if (!self->how->plan(self->settings, self->stream.produces_examples, self->real, &spec, err))
            return error_prefix(err, "source \"%s\"", planned->name);
        out->shape = spec.shape;
    } else if (!self->stream.produces_examples) {
        out->shape.dims[0] = in->shape.dims[0];
    }
    out->data = self->how->apply ? self->buffers[index] : in->data;
    if (!self->how->apply || self->how->apply(self->settings, in, out, err))
        return true;
    return error_prefix(err, "source \"%s\"", self->specs[index].name);
}

static enum stream_result sourcewise_next_batch(struct data_stream *stream, struct batch *out,
                                                struct error *err)
{
    struct sourcewise_stream *self = of(stream);
    const enum stream_result result = self->inner->type->next_batch(self->inner, out, err);

    if (result != STREAM_OK)
        return result;
    for (size_t i = 0; i < stream->source_count; i++) {
        self->batch[i] = out->sources[i];
        if (self->chosen[i] && !transform(self, i, &out->sources[i].tensor, err))
            return STREAM_FAILED;
    }
    out->sources = self->batch;
    return STREAM_OK;
}

static int64_t sourcewise_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *inner = ((const struct sourcewise_stream *)stream)->inner;

    return inner->type->batches_per_epoch(inner);
}

/* There is no state of its own: that of the wrapped stream stands for both. */
static bool sourcewise_save(const struct data_stream *stream, struct cJSON *state, struct error *err)
{
    const struct data_stream *inner = ((const struct sourcewise_stream *)stream)->inner;

    return inner->type->save(inner, state, err);
}

static bool sourcewise_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct sourcewise_stream *self = of(stream);

    return prepare(self, err) && self->inner->type->load(self->inner, state, err);
}

static void sourcewise_free(struct data_stream *stream)
{
    struct sourcewise_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++)
        free(self->buffers[i]);
    free(self->buffers);
    free(self->chosen);
    free(self->batch);
    free(self->specs);
    data_stream_free(self->inner);
    free(self);
}

static const struct data_stream_type sourcewise_type = {
    .name = "SourcewiseTransformer",
    .next_epoch = sourcewise_next_epoch,
    .next_batch = sourcewise_next_batch,
    .batches_per_epoch = sourcewise_batches_per_epoch,
    .save = sourcewise_save,
    .load = sourcewise_load,
    .free = sourcewise_free,
};
