/* engine/data/sourcewise.c -- see sourcewise.h. */
#include "engine/data/sourcewise.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/random_json.h"
#include "engine/data/source_choice.h"
#include "engine/data/state.h"
#include "engine/data/wrapping_stream.h"

enum { KEPT = STREAM_BEHIND_MAX + 1 };

/* Of a random transformer: the generator, and as it was before each of the last batches. */
struct generator {
    struct random_state now, before[KEPT];
    int64_t batches;
};

struct sourcewise_stream {
    struct wrapping_stream wrapping;
    const struct sourcewise *how;
    const void *settings;
    enum dtype real;
    struct generator *generator; /* NULL: not random */
    struct source_spec *specs;   /* as delivered */
    struct batch_source *batch;
    bool *chosen;
    void **buffers; /* of the chosen sources; NULL until the first epoch, or when `how` only reshapes */
};

static const struct data_stream_type sourcewise_type;

static struct sourcewise_stream *of(struct data_stream *stream)
{
    return (struct sourcewise_stream *)stream;
}

/* ---- checks ---- */

static bool plan_source(const struct sourcewise_stream *self, struct source_spec *spec, struct error *err)
{
    if (!spec->ragged || self->how->takes_ragged)
        return self->how->plan(self->settings, self->wrapping.stream.produces_examples, self->real, spec,
                               err);
    RAISE(err, ERROR_SHAPE, NULL, "the examples differ in shape");
    return error_hint(
        err, "Put this behind a Padding or a RandomFixedSizeCrop, or leave the source out of which_sources.");
}

static bool plan(struct sourcewise_stream *self, const struct component *component, struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < self->wrapping.stream.source_count; i++) {
        struct error err = { 0 };

        self->specs[i] = self->wrapping.inner->sources[i];
        if (!self->chosen[i] || plan_source(self, &self->specs[i], &err))
            continue;
        good = REPORT_AT(errors, err.code, component, NULL, "source \"%s\": %s", self->specs[i].name,
                         err.message);
        if (err.hint[0])
            error_list_hint(errors, "%s", err.hint);
    }
    return good;
}

struct data_stream *sourcewise_new(const struct sourcewise *how, const struct component *component,
                                   const struct text_list *which_sources, int64_t rng,
                                   struct data_stream *inner, enum dtype real, struct error_list *errors)
{
    struct sourcewise_stream *self = memory_new(1, sizeof(*self));
    const size_t count = inner->source_count;

    *self = (struct sourcewise_stream){
        .wrapping = { .stream = { .type = &sourcewise_type,
                                  .source_count = count,
                                  .examples_min = inner->examples_min,
                                  .rowwise = inner->rowwise && !how->random,
                                  .produces_examples = inner->produces_examples,
                                  .remembers = inner->remembers,
                                  .is_slow = inner->is_slow || how->random },
                      .inner = inner },
        .how = how,
        .settings = component->settings,
        .real = real,
        .generator = how->random ? memory_new(1, sizeof(*self->generator)) : NULL,
        .specs = memory_new(count, sizeof(*self->specs)),
        .batch = memory_new(count, sizeof(*self->batch)),
        .chosen = memory_new(count, sizeof(*self->chosen)),
        .buffers = memory_new(count, sizeof(*self->buffers)),
    };
    self->wrapping.stream.sources = self->specs;
    if (how->random)
        random_seed(&self->generator->now, (uint32_t)rng);
    if (sources_choose(inner, component, "which_sources", which_sources, self->chosen, errors) &&
        plan(self, component, errors))
        return &self->wrapping.stream;
    self->wrapping.inner = NULL;
    data_stream_free(&self->wrapping.stream);
    return NULL;
}

/* ---- batches ---- */

static bool sourcewise_prepare(struct data_stream *stream, struct error *err)
{
    struct sourcewise_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++) {
        if (!self->chosen[i] || !self->how->apply || self->buffers[i])
            continue;
        self->buffers[i] = batch_room(&self->specs[i]);
        if (!self->buffers[i])
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for batches of source \"%s\"",
                         self->specs[i].name);
    }
    return true;
}

/* Batches of padded sequences are as long as their own longest one. */
static bool is_shorter(const struct tensor *in, const struct source_spec *planned, int first_axis)
{
    for (int axis = first_axis; axis < in->shape.rank; axis++)
        if (in->shape.dims[axis] != planned->shape.dims[axis])
            return true;
    return false;
}

static bool transform(struct sourcewise_stream *self, size_t index, const struct sourcewise_input *in,
                      struct error *err)
{
    const bool examples = self->wrapping.stream.produces_examples;
    const struct source_spec *planned = &self->wrapping.inner->sources[index];
    const struct tensor *given = &in->source->tensor;
    struct batch_source *batch = &self->batch[index];
    struct tensor *out = &batch->tensor;

    *batch = (struct batch_source){ .name = planned->name,
                                    .tensor = { self->specs[index].dtype, self->specs[index].shape, NULL } };
    if (is_shorter(given, planned, examples ? 0 : 1)) {
        struct source_spec spec = { planned->name, given->dtype, given->shape, false };

        if (!self->how->plan(self->settings, examples, self->real, &spec, err))
            return error_prefix(err, "source \"%s\"", planned->name);
        out->shape = spec.shape;
    } else if (!examples) {
        out->shape.dims[0] = given->shape.dims[0];
    }
    out->data = self->how->apply ? self->buffers[index] : given->data;
    if (!self->how->apply || self->how->apply(self->settings, in, out, err))
        return true;
    return error_prefix(err, "source \"%s\"", self->specs[index].name);
}

static enum stream_result sourcewise_next_batch(struct data_stream *stream, struct batch *out,
                                                struct error *err)
{
    struct sourcewise_stream *self = of(stream);
    struct generator *generator = self->generator;
    const enum stream_result result = self->wrapping.inner->type->next_batch(self->wrapping.inner, out, err);

    if (generator && result != STREAM_END)
        generator->before[generator->batches++ % KEPT] = generator->now;
    if (result != STREAM_OK)
        return result;
    for (size_t i = 0; i < stream->source_count; i++) {
        const struct sourcewise_input in = { .source = &out->sources[i],
                                             .count = stream->produces_examples ? 1 : out->examples,
                                             .random = generator ? &generator->now : NULL };

        self->batch[i] = out->sources[i];
        if (self->chosen[i] && !transform(self, i, &in, err))
            return STREAM_FAILED;
    }
    out->sources = self->batch;
    return STREAM_OK;
}

/* ---- state ---- */

static bool sourcewise_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                            struct error *err)
{
    const struct sourcewise_stream *self = (const struct sourcewise_stream *)stream;
    const struct generator *generator = self->generator;

    if (!generator)
        return wrapping_save(stream, behind, state, err);
    cJSON_AddItemToObject(state, "rng",
                          random_to_json(behind > 0 ? &generator->before[(generator->batches - behind) % KEPT]
                                                    : &generator->now));
    return wrapping_save(stream, behind, cJSON_AddObjectToObject(state, "data_stream"), err);
}

static bool sourcewise_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct generator *generator = of(stream)->generator;
    const cJSON *inner, *random;

    if (!generator)
        return wrapping_load(stream, state, err);
    inner = state_object(state, "data_stream", err);
    random = inner ? state_object(state, "rng", err) : NULL;
    return random && random_from_json(&generator->now, random, err) && wrapping_load(stream, inner, err);
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
    free(self->generator);
    data_stream_free(self->wrapping.inner);
    free(self);
}

static const struct data_stream_type sourcewise_type = {
    .name = "SourcewiseTransformer",
    .next_epoch = wrapping_next_epoch,
    .next_batch = sourcewise_next_batch,
    .batches_per_epoch = wrapping_batches_per_epoch,
    .save = sourcewise_save,
    .load = sourcewise_load,
    .free = sourcewise_free,
    .prepare = sourcewise_prepare,
};
