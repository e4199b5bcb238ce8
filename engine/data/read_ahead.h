/* engine/data/read_ahead.h -- a thread that prepares the next batches of a stream while the last one is used.
 *
 * For streams whose batches take time: data on disk, costly transformers.  Batches come out as they would
 * without it, in the same order; an error comes with the batch that it belongs to; the saved state is that
 * behind the batch that was handed out, whatever was read beyond it.  The thread never goes beyond the end of
 * an epoch.  Its buffers, a ring of a few batches, are taken when the first epoch starts; nothing is
 * allocated per batch. */
#ifndef ENGINE_DATA_READ_AHEAD_H
#define ENGINE_DATA_READ_AHEAD_H

#include "engine/data/stream.h"

/* Streams with larger batches are not read ahead. */
#define READ_AHEAD_BATCH_BYTES_MAX ((size_t)256 << 20)
/* Below this a transformer is quicker done than handed over to a thread. */
#define READ_AHEAD_BATCH_BYTES_MIN ((size_t)256 << 10)

/* Wraps `inner`, which remembers, and owns it from here on: it is used by the thread. */
struct data_stream *read_ahead_new(struct data_stream *inner);

/* Whether anything is gained: a slow stream that remembers, without ragged sources, with batches of a size
 * worth it; `on_disk`: of any size. */
bool read_ahead_pays(const struct data_stream *stream, bool on_disk);

/* Memory of the batches that the stream holds or prepares, as planned. */
size_t read_ahead_bytes(const struct data_stream *stream);

#endif
