/* engine/training/callback.h -- the moments at which extensions are called, and what they are told.
 *
 * The nine names are Blocks'; a text is compared with nothing else, so a misspelt name is found when it is
 * read. */
#ifndef ENGINE_TRAINING_CALLBACK_H
#define ENGINE_TRAINING_CALLBACK_H

#include "engine/base/error.h"
#include "engine/base/value.h"
#include "engine/tensor/batch.h"

#define CALLBACKS(X)                                                                                         \
    X(BEFORE_TRAINING, "before_training")                                                                    \
    X(ON_RESUMPTION, "on_resumption")                                                                        \
    X(BEFORE_EPOCH, "before_epoch")                                                                          \
    X(BEFORE_BATCH, "before_batch")                                                                          \
    X(AFTER_BATCH, "after_batch")                                                                            \
    X(AFTER_EPOCH, "after_epoch")                                                                            \
    X(AFTER_TRAINING, "after_training")                                                                      \
    X(ON_ERROR, "on_error")                                                                                  \
    X(ON_INTERRUPT, "on_interrupt")

enum callback {
#define X(callback, name) callback,
    CALLBACKS(X)
#undef X
        CALLBACK_COUNT
};

#define CALLBACK_BIT(callback) (1u << (callback))
#define CALLBACKS_ALL ((1u << CALLBACK_COUNT) - 1)

const char *callback_name(enum callback callback);
/* ERROR_UNKNOWN_NAME with a hint when there is no callback of that name. */
bool callback_require(const char *name, enum callback *out, struct error *err);
/* Whether the main loop passes something with it: the batch, or the error. */
bool callback_has_argument(enum callback callback);
/* All names, for messages; ends in NULL. */
extern const char *const callback_names[];

/* One round of callbacks.  Everything is borrowed for the time of the round. */
struct event {
    enum callback callback;
    const struct batch *batch; /* of BEFORE_BATCH and AFTER_BATCH; else NULL */
    const struct error *error; /* of ON_ERROR; else NULL */
    const struct value *given; /* a list: what a user's function passes in the place of both; else NULL */
};

#endif
