/* engine/data/once_stream.h -- transforms a small dataset once instead of every batch.
 *
 * Where each example comes out of the transformers as it would in any other batch, and all of them fit into
 * TRANSFORMED_BYTES_MAX, the whole selection goes through the transformers when the first epoch starts; from
 * then on batches are rows of the result.  They are the same, bit by bit, and so is the saved state. */
#ifndef ENGINE_DATA_ONCE_STREAM_H
#define ENGINE_DATA_ONCE_STREAM_H

#include "engine/data/stream.h"

/* Enough for digits and the like, little beside what a job takes anyway. */
#define TRANSFORMED_BYTES_MAX ((size_t)16 << 20)

/* Wraps `chain`, transformers over `base`, a dataset stream of `examples` examples, and owns it from here on;
 * `chain` itself when nothing is gained. */
struct data_stream *once_stream_new(struct data_stream *chain, struct data_stream *base, int64_t examples);

#endif
