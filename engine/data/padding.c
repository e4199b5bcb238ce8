/* engine/data/padding.c -- makes sequences of one batch equally long, and masks that tell what was added.
 *
 * A masked source becomes (n, longest of the batch, ...), zeros behind each sequence, and is followed by
 * SOURCE_mask, (n, longest): 1 where the data are, in mask_dtype.  As Fuel's Padding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/dataset.h"
#include "engine/data/dtype_choice.h"
#include "engine/data/source_choice.h"
#include "engine/data/transformers.h"
#include "engine/data/wrapping_stream.h"

struct padding {
    struct text_list mask_sources;
    int mask_dtype;
};

static const struct param params[] = {
    PARAM(padding, mask_sources, TEXTS, .nullable = true, .count_max = DATASET_SOURCES_MAX,
          .about = "The sources to pad; by default all of the stream."),
    PARAM(padding, mask_dtype, CHOICE, .nullable = true, .choices = dtype_choices,
          .about = "What masks hold; by default floatX, the job's dtype."),
    PARAM_END,
};

enum { MASK_NAME_BYTES = SOURCE_NAME_MAX + 64 };

/* One source of the wrapped stream.  It stands at `place` of what is delivered, its mask behind it. */
struct lane {
    size_t place;
    char mask_name[MASK_NAME_BYTES];
    void *padded; /* NULL until the first epoch, and for sources that need no padding */
    void *mask;
};

struct padding_stream {
    struct wrapping_stream wrapping;
    struct lane *lanes; /* of the sources of the wrapped stream */
    bool *masked;       /* likewise */
    struct source_spec *specs;
    struct batch_source *batch;
};

static const struct data_stream_type padding_stream_type;

static struct padding_stream *of(struct data_stream *stream)
{
    return (struct padding_stream *)stream;
}

/* ---- checks ---- */

static bool check_masked(struct padding_stream *self, struct lane *lane, const struct source_spec *spec,
                         const struct component *component, struct error_list *errors)
{
    snprintf(lane->mask_name, sizeof(lane->mask_name), "%s_mask", spec->name);
    if (spec->shape.rank < 2) {
        REPORT_AT(errors, ERROR_SHAPE, component, NULL, "the examples of source \"%s\" are single numbers",
                  spec->name);
        return error_list_hint(errors, "Name the sources that hold sequences in mask_sources.");
    }
    if (data_stream_source(self->wrapping.inner, lane->mask_name))
        return REPORT_AT(errors, ERROR_DUPLICATE, component, NULL, "there is a source \"%s\" already",
                         lane->mask_name);
    return true;
}

/* Real masks are in the job's dtype, as all real numbers. */
static enum dtype mask_dtype(const struct component *component, enum dtype real)
{
    const enum dtype dtype = dtype_chosen(((const struct padding *)component->settings)->mask_dtype, real);

    return dtype_is_real(dtype) ? real : dtype;
}

static bool plan(struct padding_stream *self, const struct component *component, enum dtype real,
                 struct error_list *errors)
{
    const struct padding *settings = component->settings;
    const struct data_stream *inner = self->wrapping.inner;
    bool good =
        sources_choose(inner, component, "mask_sources", &settings->mask_sources, self->masked, errors);
    size_t count = 0;

    if (inner->produces_examples)
        return REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "single examples cannot be padded");
    for (size_t i = 0; i < inner->source_count; i++) {
        const struct source_spec *spec = &inner->sources[i];
        struct lane *lane = &self->lanes[i];

        lane->place = count;
        self->specs[count++] = *spec;
        if (!self->masked[i])
            continue;
        good = check_masked(self, lane, spec, component, errors) && good;
        self->specs[lane->place].ragged = false;
        self->specs[count++] = (struct source_spec){
            .name = lane->mask_name,
            .dtype = mask_dtype(component, real),
            .shape = shape_of(2, spec->shape.dims[0], spec->shape.rank > 1 ? spec->shape.dims[1] : 1),
        };
    }
    self->wrapping.stream.source_count = count;
    return good;
}

/* ---- batches ---- */

static bool padding_prepare(struct data_stream *stream, struct error *err)
{
    struct padding_stream *self = of(stream);

    for (size_t i = 0; i < self->wrapping.inner->source_count; i++) {
        const struct source_spec *spec = &self->wrapping.inner->sources[i];
        struct lane *lane = &self->lanes[i];

        if (!self->masked[i])
            continue;
        if (spec->ragged && !lane->padded)
            lane->padded = batch_room(&self->specs[lane->place]);
        if (!lane->mask)
            lane->mask = batch_room(&self->specs[lane->place + 1]);
        if ((spec->ragged && !lane->padded) || !lane->mask)
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for padded batches of source \"%s\"",
                         spec->name);
    }
    return true;
}

/* The shape of the padded batch. */
static bool measure(const struct batch_source *in, int64_t examples, struct shape *out, struct error *err)
{
    const struct shape *first = &in->ragged[0].shape;

    *out = (struct shape){ .rank = first->rank + 1, .dims = { examples } };
    memcpy(out->dims + 1, first->dims, (size_t)first->rank * sizeof(*first->dims));
    for (int64_t i = 0; i < examples; i++) {
        const struct shape *shape = &in->ragged[i].shape;
        char one[SHAPE_TEXT_BYTES], other[SHAPE_TEXT_BYTES];

        if (memcmp(shape->dims + 1, first->dims + 1, (size_t)(first->rank - 1) * sizeof(*first->dims)) != 0)
            return RAISE(err, ERROR_TRAINING, NULL,
                         "source \"%s\": examples of shapes %s and %s differ in more than their length",
                         in->name, shape_text(first, one), shape_text(shape, other));
        if (shape->dims[0] > out->dims[1])
            out->dims[1] = shape->dims[0];
    }
    return true;
}

static void pad(const struct batch_source *in, const struct tensor *out)
{
    const int64_t examples = out->shape.dims[0];
    const size_t row_bytes = examples > 0 ? tensor_bytes(out) / (size_t)examples : 0;
    char *to = out->data;

    for (int64_t i = 0; i < examples; i++, to += row_bytes) {
        const size_t bytes = tensor_bytes(&in->ragged[i]);

        if (bytes > 0)
            memcpy(to, in->ragged[i].data, bytes);
        memset(to + bytes, 0, row_bytes - bytes);
    }
}

static void write_mask(const struct batch_source *in, const struct tensor *out)
{
    const int64_t longest = out->shape.dims[1];

    for (int64_t i = 0; i < out->shape.dims[0]; i++) {
        const int64_t length = in->ragged ? in->ragged[i].shape.dims[0] : longest;

        for (int64_t at = 0; at < longest; at++)
            tensor_write(out, i * longest + at, at < length);
    }
}

static bool deliver(struct padding_stream *self, size_t index, const struct batch_source *in,
                    int64_t examples, struct error *err)
{
    const struct lane *lane = &self->lanes[index];
    struct batch_source *out = &self->batch[lane->place];

    *out = *in;
    if (!self->masked[index])
        return true;
    if (in->ragged) {
        *out = (struct batch_source){ .name = in->name,
                                      .tensor = { .dtype = in->tensor.dtype, .data = lane->padded } };
        if (!measure(in, examples, &out->tensor.shape, err))
            return false;
        pad(in, &out->tensor);
    }
    out[1] = (struct batch_source){ .name = lane->mask_name,
                                    .tensor = { .dtype = self->specs[lane->place + 1].dtype,
                                                .shape = shape_of(2, examples, out->tensor.shape.dims[1]),
                                                .data = lane->mask } };
    write_mask(in, &out[1].tensor);
    return true;
}

static enum stream_result padding_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct padding_stream *self = of(stream);
    struct data_stream *inner = self->wrapping.inner;
    const enum stream_result result = inner->type->next_batch(inner, out, err);

    if (result != STREAM_OK)
        return result;
    for (size_t i = 0; i < inner->source_count; i++)
        if (!deliver(self, i, &out->sources[i], out->examples, err))
            return STREAM_FAILED;
    out->sources = self->batch;
    out->source_count = stream->source_count;
    return STREAM_OK;
}

static void release(struct padding_stream *self)
{
    for (size_t i = 0; i < self->wrapping.inner->source_count; i++) {
        free(self->lanes[i].padded);
        free(self->lanes[i].mask);
    }
    free(self->lanes);
    free(self->masked);
    free(self->specs);
    free(self->batch);
    free(self);
}

static void padding_free(struct data_stream *stream)
{
    struct data_stream *inner = of(stream)->wrapping.inner;

    release(of(stream));
    data_stream_free(inner);
}

static const struct data_stream_type padding_stream_type = {
    .name = "Padding",
    .next_epoch = wrapping_next_epoch,
    .next_batch = padding_next_batch,
    .batches_per_epoch = wrapping_batches_per_epoch,
    .save = wrapping_save,
    .load = wrapping_load,
    .free = padding_free,
    .prepare = padding_prepare,
};

static struct data_stream *padding_new(const struct component *component, struct data_stream *inner,
                                       const struct transforming *with, struct error_list *errors)
{
    struct padding_stream *self = memory_new(1, sizeof(*self));

    *self = (struct padding_stream){
        .wrapping = { .stream = { .type = &padding_stream_type,
                                  .examples_min = inner->examples_min,
                                  .remembers = inner->remembers,
                                  .is_slow = inner->is_slow },
                      .inner = inner },
        .lanes = memory_new(inner->source_count, sizeof(*self->lanes)),
        .masked = memory_new(inner->source_count, sizeof(*self->masked)),
        .specs = memory_new(2 * inner->source_count, sizeof(*self->specs)),
        .batch = memory_new(2 * inner->source_count, sizeof(*self->batch)),
    };
    self->wrapping.stream.sources = self->specs;
    if (plan(self, component, with->real, errors))
        return &self->wrapping.stream;
    release(self);
    return NULL;
}

const struct transformer_type padding_type = {
    .component = {
        .name = "Padding",
        .about = "Fills the sequences of a batch up with zeros to the longest one, and adds SOURCE_mask: 1 where data are.",
        .params = params,
        .settings_size = sizeof(struct padding),
    },
    .new = padding_new,
};
