/* engine/data/sort_mapping.c -- sorts the examples of each batch, as Fuel's Mapping with a SortMapping does.
 *
 * The key is a source: by the length of its examples when they differ in shape, else by its numbers.  The
 * order is stable, also in reverse. */
#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/gather.h"
#include "engine/data/transformers.h"
#include "engine/data/wrapping_stream.h"

struct sort_mapping {
    const char *key;
    bool reverse;
};

static const struct param params[] = {
    PARAM(sort_mapping, key, TEXT, .required = true,
          .about = "The source to sort by: by the lengths of its examples, or by its numbers."),
    PARAM(sort_mapping, reverse, BOOLEAN, .preset = "false", .about = "The largest first."),
    PARAM_END,
};

struct ranked {
    double key;
    int64_t index;
};

struct sort_stream {
    struct wrapping_stream wrapping;
    size_t key; /* which source */
    bool reverse;
    struct ranked *ranked; /* room for a batch; NULL until the first epoch */
    int64_t *rows;
    struct batch_source *batch;
    void **buffers; /* of rows, or of views where a source is ragged */
};

static const struct data_stream_type sort_stream_type;

static struct sort_stream *of(struct data_stream *stream)
{
    return (struct sort_stream *)stream;
}

static bool sort_prepare(struct data_stream *stream, struct error *err)
{
    struct sort_stream *self = of(stream);
    const int64_t rows = stream->sources[self->key].shape.dims[0];
    bool good = true;

    if (self->ranked)
        return true;
    for (size_t i = 0; i < stream->source_count; i++) {
        if (!self->buffers[i])
            self->buffers[i] = row_room(rows, source_row_bytes(&stream->sources[i]));
        good = good && self->buffers[i];
    }
    if (!self->rows)
        self->rows = row_room(rows, sizeof(*self->rows));
    if (good && self->rows)
        self->ranked = row_room(rows, sizeof(*self->ranked));
    return self->ranked ||
           RAISE(err, ERROR_MEMORY, NULL, "no memory to sort batches of %lld examples", (long long)rows);
}

static int by_key(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;

    if (one->key != other->key)
        return one->key < other->key ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

static void rank(struct sort_stream *self, const struct batch_source *key, int64_t count)
{
    const double sign = self->reverse ? -1 : 1;

    for (int64_t i = 0; i < count; i++) {
        const double value =
            key->ragged ? (double)key->ragged[i].shape.dims[0] : tensor_read(&key->tensor, i);

        self->ranked[i] = (struct ranked){ sign * value, i };
    }
    qsort(self->ranked, (size_t)count, sizeof(*self->ranked), by_key);
    for (int64_t i = 0; i < count; i++)
        self->rows[i] = self->ranked[i].index;
}

static void reorder(struct sort_stream *self, size_t index, const struct batch_source *in, int64_t count)
{
    struct batch_source *out = &self->batch[index];
    struct tensor *views = self->buffers[index];

    *out = *in;
    if (!in->ragged) {
        gather_rows(in->tensor.data, tensor_bytes(&in->tensor) / (size_t)count, self->rows, count,
                    self->buffers[index]);
        out->tensor.data = self->buffers[index];
        return;
    }
    for (int64_t i = 0; i < count; i++)
        views[i] = in->ragged[self->rows[i]];
    out->ragged = views;
}

static enum stream_result sort_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct sort_stream *self = of(stream);
    struct data_stream *inner = self->wrapping.inner;
    const enum stream_result result = inner->type->next_batch(inner, out, err);

    if (result != STREAM_OK)
        return result;
    rank(self, &out->sources[self->key], out->examples);
    for (size_t i = 0; i < stream->source_count; i++)
        reorder(self, i, &out->sources[i], out->examples);
    out->sources = self->batch;
    return STREAM_OK;
}

static void sort_free(struct data_stream *stream)
{
    struct sort_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++)
        free(self->buffers[i]);
    free(self->buffers);
    free(self->batch);
    free(self->rows);
    free(self->ranked);
    data_stream_free(self->wrapping.inner);
    free(self);
}

static const struct data_stream_type sort_stream_type = {
    .name = "SortMapping",
    .next_epoch = wrapping_next_epoch,
    .next_batch = sort_next_batch,
    .batches_per_epoch = wrapping_batches_per_epoch,
    .save = wrapping_save,
    .load = wrapping_load,
    .free = sort_free,
    .prepare = sort_prepare,
};

/* The source to sort by; NULL with the error reported. */
static const struct source_spec *find_key(const struct component *component, const struct data_stream *inner,
                                          struct error_list *errors)
{
    const struct sort_mapping *settings = component->settings;
    const struct source_spec *spec = settings->key ? data_stream_source(inner, settings->key) : NULL;

    if (inner->produces_examples) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "single examples cannot be sorted");
        return NULL;
    }
    if (!spec && settings->key) /* a missing key is reported already */
        REPORT_AT(errors, ERROR_UNKNOWN_NAME, component, "key", "the stream has no source \"%s\"",
                  settings->key);
    if (spec && !spec->ragged && shape_elements(&spec->shape) != spec->shape.dims[0]) {
        REPORT_AT(errors, ERROR_SHAPE, component, "key",
                  "the examples of source \"%s\" are arrays of one shape", spec->name);
        error_list_hint(errors,
                        "Sort by a source of single numbers, or by one whose examples differ in length.");
        return NULL;
    }
    return spec;
}

static struct data_stream *sort_new(const struct component *component, struct data_stream *inner,
                                    const struct transforming *with, struct error_list *errors)
{
    const struct sort_mapping *settings = component->settings;
    const struct source_spec *key = find_key(component, inner, errors);
    struct sort_stream *self;

    (void)with;
    if (!key)
        return NULL;
    self = memory_new(1, sizeof(*self));
    *self = (struct sort_stream){
        .wrapping = { .stream = { .type = &sort_stream_type,
                                  .sources = inner->sources,
                                  .source_count = inner->source_count,
                                  .examples_min = inner->examples_min,
                                  .remembers = inner->remembers,
                                  .is_slow = inner->is_slow },
                      .inner = inner },
        .key = (size_t)(key - inner->sources),
        .reverse = settings->reverse,
        .batch = memory_new(inner->source_count, sizeof(*self->batch)),
        .buffers = memory_new(inner->source_count, sizeof(*self->buffers)),
    };
    return &self->wrapping.stream;
}

const struct transformer_type sort_mapping_type = {
    .component = {
        .name = "SortMapping",
        .about = "Sorts the examples of each batch, such as by length, so that neighbours fit together.",
        .params = params,
        .settings_size = sizeof(struct sort_mapping),
    },
    .new = sort_new,
};
