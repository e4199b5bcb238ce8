/* engine/data/scheme.h -- iteration schemes: in which order, and in which pieces, the examples of a stream
 * are asked for.
 *
 * They are Fuel's: a scheme makes one iterator of requests per epoch.  Here that iterator is part of the
 * scheme, so that its position can be saved and restored.  Indices number the examples of the stream from 0.
 * Not thread-safe.  Memory is taken when the first epoch starts, nothing afterwards. */
#ifndef ENGINE_DATA_SCHEME_H
#define ENGINE_DATA_SCHEME_H

#include "engine/base/error.h"
#include "engine/base/param.h"

struct cJSON;

/* Valid until the next call on the scheme. */
struct request {
    const int64_t *indices; /* NULL: consecutive examples from `first` on */
    int64_t first; /* REQUEST_FOLLOWS: those that follow the last ones taken so (ConstantScheme gives sizes
                      only) */
    int64_t count;
};
#define REQUEST_FOLLOWS INT64_C(-1)

/* First member of every scheme. */
struct scheme {
    const struct scheme_type *type;
    bool requests_examples; /* single examples instead of batches */
    int64_t request_max;    /* the largest count that a request can have */
    int64_t request_min;    /* the smallest count that comes in each epoch, of all those examples */
    /* What Blocks' ProgressBar looks for: */
    int64_t indices;      /* number of indices; -1: the scheme has none */
    int64_t batch_size;   /* -1: the scheme has none */
    int64_t num_examples; /* ConstantScheme's; -1: none */
    int64_t taken;        /* requests since the epoch began or the state was loaded */
};

struct scheme_type {
    struct component_type component;
    /* Checks the settings and makes the scheme for a stream of `examples` examples.  NULL with every error
     * reported. Keeps pointers into `component`, which has to outlive the scheme. */
    struct scheme *(*new)(const struct component *component, int64_t examples, struct error_list *errors);
    /* Starts a new epoch.  False: no memory. */
    bool (*next_epoch)(struct scheme *scheme, struct error *err);
    /* The next request; false at the end of the epoch, and before the first one. */
    bool (*next)(struct scheme *scheme, struct request *out);
    /* The state of the generator and the position in the epoch as they were before the last `behind`
     * requests, at most as many as were taken; into an empty object. */
    bool (*save)(const struct scheme *scheme, int64_t behind, struct cJSON *state, struct error *err);
    /* False: the state is damaged, or comes from a different scheme; then the scheme is good for nothing but
     * free. */
    bool (*load)(struct scheme *scheme, const struct cJSON *state, struct error *err);
    void (*free)(struct scheme *scheme);
};

/* Makes the scheme that `component`, a member of scheme_family, describes. */
struct scheme *scheme_new(const struct component *component, int64_t examples, struct error_list *errors);
void scheme_free(struct scheme *scheme); /* accepts NULL */

/* Requests of one epoch as Blocks' ProgressBar finds them, a smaller last one included, or one of
 * BATCHES_... (stream.h). */
int64_t scheme_requests_per_epoch(const struct scheme *scheme);

/* The smallest count when so many examples are asked for in pieces, of which the last may be smaller. */
int64_t scheme_smallest(int64_t examples, int64_t piece);

#endif
