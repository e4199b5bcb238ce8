/* engine/training/aggregator.h -- makes one value of the values of many batches.
 *
 * Sums are kept in double precision.  Values may be of any shape; memory grows with the first batches only,
 * except for AGGREGATE_CONCATENATE, which keeps everything. */
#ifndef ENGINE_TRAINING_AGGREGATOR_H
#define ENGINE_TRAINING_AGGREGATOR_H

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/value.h"
#include "engine/tensor/tensor.h"

struct cJSON;

/* What comes of v1 .. vk.  Without any batch since the last reset: everything that was kept is 0, so that
 * means are NaN; what is no scalar keeps the shape of the time before, and is empty at first. */
enum aggregation {
    AGGREGATE_MEAN,       /* sum of values / sum of denominators */
    AGGREGATE_PERPLEXITY, /* exp(-(sum of values / sum of denominators)) */
    AGGREGATE_TAKE_LAST,  /* vk */
    AGGREGATE_MINIMUM,    /* elementwise */
    AGGREGATE_MAXIMUM,    /* elementwise */
    AGGREGATE_CONCATENATE /* stacked along a new first axis */
};

struct aggregator {
    enum aggregation aggregation;
    bool whole;         /* values are integers */
    struct shape shape; /* of one value */
    int64_t batches;    /* since the last reset */
    int64_t
        kept; /* batches that the elements stand for: those before the reset as long as there is none since */
    double denominator; /* sum */
    double single;      /* what is kept of scalars */
    double *elements;   /* of everything else, and of all concatenated ones */
    size_t count, capacity;
};

/* `planned` is what a value looks like before any has come. */
void aggregator_init(struct aggregator *aggregator, enum aggregation aggregation,
                     const struct tensor *planned);
void aggregator_fini(struct aggregator *aggregator);
void aggregator_reset(struct aggregator *aggregator);
/* `denominator` is used by means and perplexities.  False when the shape is another than that of the batches
 * before. */
bool aggregator_add(struct aggregator *aggregator, const struct tensor *value, double denominator,
                    struct error *err);
/* The caller finishes the value: a number, or lists of numbers. */
struct value aggregator_value(const struct aggregator *aggregator);

void aggregator_save(const struct aggregator *aggregator, struct text *out_json);
bool aggregator_load(struct aggregator *aggregator, const struct cJSON *saved, struct error *err);

/* Any tensor as a number, or lists of numbers. */
struct value tensor_value(const struct tensor *tensor);

#endif
