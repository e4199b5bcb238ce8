/* engine/training/main_loop_steps.h -- what the files of the main loop share; private to main_loop*.c.
 *
 * main_loop.c begins and resumes, main_loop_epochs.c goes through epochs and batches, main_loop_end.c draws
 * the conclusion from the step that was the last, and main_loop_round.c calls the extensions for all of them.
 */
#ifndef ENGINE_TRAINING_MAIN_LOOP_STEPS_H
#define ENGINE_TRAINING_MAIN_LOOP_STEPS_H

#include "engine/training/main_loop.h"

/* How a step of the training ended. */
enum step {
    STEP_ON,
    STEP_END, /* of the epoch, or of the data */
    STEP_FINISH,
    STEP_INTERRUPT,
    STEP_SUSPEND,
    STEP_ERROR /* ERROR_CANCELLED: left at once */
};

/* One round of callbacks; then what has become dirty in the log goes to the sink.  `polling` is off once the
 * signals are nobody's business any more.  The first error ends the round. */
bool main_loop_round(struct main_loop *loop, const struct event *event, bool polling, struct error *err);
/* A round of `callback` that polls.  `batch` is borrowed for its length; NULL where there is none. */
bool main_loop_dispatch(struct main_loop *loop, enum callback callback, const struct batch *batch,
                        struct error *err);

/* Epochs until one of them does not end in STEP_ON.  With STEP_ERROR err is set. */
enum step main_loop_run_epochs(struct main_loop *loop, struct error *err);

/* Calls what is due behind the last step, and says how the training ended. */
enum training_outcome main_loop_conclude(struct main_loop *loop, enum step step, struct error *err);

#endif
