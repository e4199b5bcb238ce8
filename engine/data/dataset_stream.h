/* engine/data/dataset_stream.h -- Fuel's DataStream: batches of a dataset, cut by an iteration scheme.
 *
 * Sources come as they are stored.  Consecutive rows are views of the dataset: nobody may write to a batch.
 * Buffers are planned when the first epoch starts; nothing is allocated per batch. */
#ifndef ENGINE_DATA_DATASET_STREAM_H
#define ENGINE_DATA_DATASET_STREAM_H

#include "engine/data/dataset.h"
#include "engine/data/scheme.h"
#include "engine/data/selection.h"
#include "engine/data/stream.h"

struct dataset_stream_options {
    struct dataset *dataset;             /* the stream takes a reference of its own */
    const struct source *const *sources; /* of the dataset, in the order wanted; copied */
    size_t source_count;
    struct selection selection; /* the examples; the stream takes it over */
    struct scheme *scheme;      /* made for selection.count examples; the stream takes it over */
};

struct data_stream *dataset_stream_new(const struct dataset_stream_options *options);

/* The next batch is `count` examples of the selection from `first` on, at most a batch, whatever the scheme
 * says; the scheme stays where it is.  Only once an epoch was started or a state loaded. */
void dataset_stream_ask(struct data_stream *stream, int64_t first, int64_t count);

/* From now on the examples of the selection are the rows of `arrays`, one per source, instead of those of the
 * dataset. Takes the arrays over; false when there is no memory: nothing has changed. */
bool dataset_stream_replace(struct data_stream *stream, struct array *arrays);

#endif
