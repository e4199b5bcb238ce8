/* engine/data/wrapping_stream.c -- see wrapping_stream.h. */
#include "engine/data/wrapping_stream.h"

static bool prepare(struct data_stream *stream, struct error *err)
{
    return !stream->type->prepare || stream->type->prepare(stream, err);
}

enum stream_result wrapping_next_epoch(struct data_stream *stream, struct error *err)
{
    struct data_stream *inner = ((struct wrapping_stream *)stream)->inner;

    return prepare(stream, err) ? inner->type->next_epoch(inner, err) : STREAM_FAILED;
}

int64_t wrapping_batches_per_epoch(const struct data_stream *stream)
{
    const struct data_stream *inner = ((const struct wrapping_stream *)stream)->inner;

    return inner->type->batches_per_epoch(inner);
}

bool wrapping_save(const struct data_stream *stream, int64_t behind, struct cJSON *state, struct error *err)
{
    const struct data_stream *inner = ((const struct wrapping_stream *)stream)->inner;

    return inner->type->save(inner, behind, state, err);
}

bool wrapping_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct data_stream *inner = ((struct wrapping_stream *)stream)->inner;

    return prepare(stream, err) && inner->type->load(inner, state, err);
}
