/* engine/data/stream.h -- where batches come from.
 *
 * The type is a constant, the instance belongs to whoever made it.  One thread uses a stream.
 * A stream holds its position: the epoch iterator of Blocks is part of it and of its saved state. */
#ifndef ENGINE_DATA_STREAM_H
#define ENGINE_DATA_STREAM_H

#include "engine/base/error.h"
#include "engine/tensor/batch.h"

struct cJSON;
struct team;

/* What a source looks like before any batch was read: the largest batch that can come. */
struct source_spec {
    const char *name;
    enum dtype dtype;
    struct shape shape; /* with the largest batch size as first dimension */
    bool ragged; /* batches hold one view per example, whose data live as long as the stream; `shape` has the
                    largest size along each axis.  No stream that is trained on is ragged. */
};

enum stream_result {
    STREAM_OK,
    STREAM_END,   /* no more batches in this epoch, or no more epochs */
    STREAM_FAILED /* err is set */
};

/* Of a stream whose scheme has batches but never says how many (Blocks' progress bar fails on it), and of one
 * that cannot be asked. */
enum { BATCHES_UNKNOWN = -1, BATCHES_UNCOUNTED = -2 };

struct data_stream;

struct data_stream_type {
    const char *name;
    /* Starts a new epoch, whatever was left of the last one. STREAM_END: there are no more epochs. */
    enum stream_result (*next_epoch)(struct data_stream *stream, struct error *err);
    enum stream_result (*next_batch)(struct data_stream *stream, struct batch *out, struct error *err);
    /* Batches of one epoch, a smaller last one included, or one of BATCHES_.... */
    int64_t (*batches_per_epoch)(const struct data_stream *stream);
    /* Everything that a bit-identical continuation needs, also in the middle of an epoch: as it was before
     * the last `behind` batches were asked for, all of this epoch and since the last load.  `behind` is 0,
     * or, of a stream that `remembers`, up to STREAM_BEHIND_MAX. */
    bool (*save)(const struct data_stream *stream, int64_t behind, struct cJSON *state, struct error *err);
    bool (*load)(struct data_stream *stream, const struct cJSON *state, struct error *err);
    void (*free)(struct data_stream *stream);
    /* For wrapping_stream.h; NULL: nothing to do.  Takes the memory that batches need; called often. */
    bool (*prepare)(struct data_stream *stream, struct error *err);
    void (*use_team)(struct data_stream *stream, struct team *team); /* NULL: has no work for it */
};
enum { STREAM_BEHIND_MAX = 7 };

/* First member of every stream. */
struct data_stream {
    const struct data_stream_type *type;
    const struct source_spec *sources;
    size_t source_count;
    int64_t examples_min;   /* of the smallest batch of each epoch; 0: not known beforehand */
    bool rowwise;           /* what becomes of an example depends on nothing but the example */
    bool produces_examples; /* single examples, without the first axis, instead of batches */
    bool transformed;       /* has no scheme of its own: its progress bar knows no length, as in Blocks */
    bool remembers;         /* can tell its state of some batches ago */
    bool is_slow;           /* its batches take time: worth a thread of their own */
};

const struct source_spec *data_stream_source(const struct data_stream *stream, const char *name);
void data_stream_free(struct data_stream *stream); /* accepts NULL */
/* From now on large batches may be put together by this team (borrowed); NULL: by the caller alone.  Only for
 * streams that the thread reads that owns the team, between its runs.  Accepts NULL as a stream. */
void data_stream_use_team(struct data_stream *stream, struct team *team);

#endif
