/* engine/data/wrapping_stream.h -- what streams share that make one batch out of each batch of another one.
 *
 * The functions are for the type of such a stream.  It has no state of its own: that of the wrapped stream
 * stands for both. */
#ifndef ENGINE_DATA_WRAPPING_STREAM_H
#define ENGINE_DATA_WRAPPING_STREAM_H

#include "engine/data/stream.h"

/* First member of such a stream. */
struct wrapping_stream {
    struct data_stream stream;
    struct data_stream *inner;
};

/* Epochs begin, and states are loaded, once the type's `prepare` was good. */
enum stream_result wrapping_next_epoch(struct data_stream *stream, struct error *err);
int64_t wrapping_batches_per_epoch(const struct data_stream *stream);
bool wrapping_save(const struct data_stream *stream, int64_t behind, struct cJSON *state, struct error *err);
bool wrapping_load(struct data_stream *stream, const struct cJSON *state, struct error *err);

#endif
