/* engine/data/once_stream.c -- see once_stream.h. */
#include "engine/data/once_stream.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_stream.h"

struct once_stream {
    struct data_stream stream;
    struct data_stream *chain, *base;
    int64_t examples;
    bool tried; /* to transform everything */
    bool done;  /* `base` delivers what was transformed */
};

static const struct data_stream_type once_stream_type;

static struct once_stream *of(struct data_stream *stream)
{
    return (struct once_stream *)stream;
}

static bool fits(const struct data_stream *chain, int64_t examples)
{
    size_t bytes = 0;

    for (size_t i = 0; i < chain->source_count; i++) {
        struct shape all = chain->sources[i].shape;
        int64_t elements;

        all.dims[0] = examples;
        if (!shape_count(&all, &elements) || (uint64_t)elements > TRANSFORMED_BYTES_MAX)
            return false;
        bytes += (size_t)elements * dtype_bytes(chain->sources[i].dtype);
    }
    return bytes <= TRANSFORMED_BYTES_MAX;
}

static bool make_arrays(struct once_stream *self, struct array *out)
{
    for (size_t i = 0; i < self->chain->source_count; i++) {
        const struct source_spec *spec = &self->chain->sources[i];
        struct shape all = spec->shape;
        struct error ignored;

        all.dims[0] = self->examples;
        if (!array_new(spec->dtype, &all, TRANSFORMED_BYTES_MAX, &out[i], &ignored))
            return false;
    }
    return true;
}

/* Fetches `count` examples from `first` on through the transformers. */
static bool transform_rows(struct once_stream *self, int64_t first, int64_t count, const struct array *out)
{
    struct batch batch;
    struct error ignored = { 0 };

    dataset_stream_ask(self->base, first, count);
    if (self->chain->type->next_batch(self->chain, &batch, &ignored) != STREAM_OK)
        return false;
    for (size_t i = 0; i < batch.source_count; i++) {
        const size_t bytes = tensor_bytes(&batch.sources[i].tensor);

        memcpy((char *)out[i].tensor.data + (size_t)first * (bytes / (size_t)count),
               batch.sources[i].tensor.data, bytes);
    }
    return true;
}

static bool transform_all(struct once_stream *self, const struct array *out)
{
    const int64_t most = self->base->sources[0].shape.dims[0]; /* of a batch */

    for (int64_t first = 0; first < self->examples; first += most) {
        const int64_t rest = self->examples - first;

        if (!transform_rows(self, first, rest < most ? rest : most, out))
            return false;
    }
    return true;
}

/* Where that fails, for want of memory or because of an example that cannot be transformed, batches go on to
 * be transformed one by one, and the one with that example fails. */
static void transform_once(struct once_stream *self)
{
    const size_t count = self->chain->source_count;
    struct array *arrays;

    if (self->tried)
        return;
    self->tried = true;
    arrays = memory_new(count, sizeof(*arrays));
    self->done = make_arrays(self, arrays) && transform_all(self, arrays) &&
                 dataset_stream_replace(self->base, arrays);
    for (size_t i = 0; i < count; i++)
        array_fini(&arrays[i]); /* nothing is left of those that were taken over */
    free(arrays);
}

static enum stream_result once_next_epoch(struct data_stream *stream, struct error *err)
{
    struct once_stream *self = of(stream);
    const enum stream_result result = self->chain->type->next_epoch(self->chain, err);

    if (result == STREAM_OK)
        transform_once(self);
    return result;
}

static enum stream_result once_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct once_stream *self = of(stream);
    struct data_stream *source = self->done ? self->base : self->chain;

    return source->type->next_batch(source, out, err);
}

static int64_t once_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *chain = ((const struct once_stream *)stream)->chain;

    return chain->type->batches_per_epoch(chain);
}

static bool once_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                      struct error *err)
{
    const struct data_stream *chain = ((const struct once_stream *)stream)->chain;

    return chain->type->save(chain, behind, state, err);
}

static bool once_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct once_stream *self = of(stream);

    if (!self->chain->type->load(self->chain, state, err))
        return false;
    transform_once(self);
    return true;
}

static void once_free(struct data_stream *stream)
{
    data_stream_free(of(stream)->chain);
    free(stream);
}

static const struct data_stream_type once_stream_type = {
    .name = "OnceStream",
    .next_epoch = once_next_epoch,
    .next_batch = once_next_batch,
    .batches_per_epoch = once_batches_per_epoch,
    .save = once_save,
    .load = once_load,
    .free = once_free,
};

struct data_stream *once_stream_new(struct data_stream *chain, struct data_stream *base, int64_t examples)
{
    struct once_stream *self;

    if (chain == base || !chain->rowwise || chain->produces_examples || !fits(chain, examples))
        return chain;
    self = memory_new(1, sizeof(*self));
    *self = (struct once_stream){
        .stream = { .type = &once_stream_type,
                    .sources = chain->sources,
                    .source_count = chain->source_count,
                    .examples_min = chain->examples_min,
                    .rowwise = true },
        .chain = chain,
        .base = base,
        .examples = examples,
    };
    return &self->stream;
}
