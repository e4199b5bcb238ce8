/* engine/training/algorithm.h -- what a main loop trains with.
 *
 * The type is a constant, the instance begins with a struct algorithm.  One thread uses an instance. */
#ifndef ENGINE_TRAINING_ALGORITHM_H
#define ENGINE_TRAINING_ALGORITHM_H

#include "engine/base/error.h"
#include "engine/tensor/batch.h"

struct algorithm;
struct node;

/* Somebody who wants values of each training batch, computed together with the training step from the
 * parameters before it.  Borrowed until the algorithm is freed. */
struct batch_observer {
    struct node *const *variables; /* of the training graph */
    size_t count;
    void *context;
    /* values[i] is that of variables[i]; valid during the call. */
    bool (*observe)(void *context, const struct tensor *const *values, struct error *err);
};

/* Visits a tensor that is part of the state, to be read or overwritten in place. */
typedef bool algorithm_state_fn(void *context, const char *name, const struct tensor *tensor,
                                struct error *err);

struct algorithm_type {
    const char *name;
    bool updates; /* of the kind that TrainingDataMonitoring can observe */
    /* Behind before_training, or before a restored training goes on: compiles what is to be called.  Leaves
     * state alone. */
    bool (*initialize)(struct algorithm *algorithm, struct error *err);
    bool (*process_batch)(struct algorithm *algorithm, const struct batch *batch, struct error *err);
    /* Before initialize; the same observer twice counts once.  NULL when `updates` is false. */
    bool (*observe)(struct algorithm *algorithm, const struct batch_observer *observer, struct error *err);
    /* The live hyper-parameter "step_rule.learning_rate"; NULL when there is none.  To be written between
     * batches. */
    double *(*live)(struct algorithm *algorithm, const char *path);
    /* Everything besides the parameters that a bit-identical continuation needs.  Stops at the first false.
     */
    bool (*each_state)(struct algorithm *algorithm, algorithm_state_fn *each, void *context,
                       struct error *err);
    void (*free)(struct algorithm *algorithm);
};

struct algorithm {
    const struct algorithm_type *type;
};

void algorithm_free(struct algorithm *algorithm); /* accepts NULL */

#endif
