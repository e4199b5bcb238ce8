/* engine/training/main_loop_end.c -- how a training ends; see main_loop_steps.h. */
#include "engine/training/main_loop_steps.h"

/* got_exception, then on_error.  An error in there ends its round and becomes a hint of the first one. */
static void report_error(struct main_loop *loop, struct error *err)
{
    struct text text = { 0 };
    struct error second;

    error_spell(err, &text);
    log_set_current(loop->parts.log, "got_exception", value_text(text_bytes(&text)));
    text_fini(&text);
    if (!main_loop_round(loop, &(struct event){ .callback = ON_ERROR, .error = err }, false, &second) &&
        !err->hint[0])
        error_hint(err, "Reporting this failed too: %s.", second.message);
}

static bool flush_finally(struct main_loop *loop, struct error *err)
{
    return log_flush(loop->parts.log, loop->parts.sink, err) &&
           log_flush_status(loop->parts.log, loop->parts.sink, true, err);
}

/* after_training is tied to the record in the current row, not to how the training ended. */
static enum training_outcome finish(struct main_loop *loop, enum training_outcome outcome, struct error *err)
{
    struct error second;
    bool done = true;

    if (log_current_truthy(loop->parts.log, "training_finished"))
        done = main_loop_round(loop, &(struct event){ .callback = AFTER_TRAINING }, false, &second);
    if (!done)
        *err = second;
    if (!flush_finally(loop, &second) && done && outcome != TRAINING_FAILED) {
        *err = second;
        done = false;
    }
    return done ? outcome : TRAINING_FAILED;
}

/* Cancelled from outside.  ERROR_CANCELLED that comes from within is the keyboard abort of Blocks: no
 * ordinary error, so that on_error is not called, but after_training may be. */
static bool is_cancelled(const struct main_loop *loop)
{
    return loop->parts.control && control_requested(loop->parts.control) == STOP_CANCEL;
}

enum training_outcome main_loop_conclude(struct main_loop *loop, enum step step, struct error *err)
{
    struct error ignored;

    switch (step) {
    case STEP_SUSPEND:
        return flush_finally(loop, err) ? TRAINING_SUSPENDED : TRAINING_FAILED;
    case STEP_FINISH:
    case STEP_INTERRUPT:
        log_set_current(loop->parts.log, "training_finished", value_boolean(true));
        return finish(loop, step == STEP_FINISH ? TRAINING_FINISHED : TRAINING_INTERRUPTED, err);
    case STEP_ERROR:
        if (err->code == ERROR_CANCELLED && !is_cancelled(loop))
            return finish(loop, TRAINING_CANCELLED, err);
        if (err->code == ERROR_CANCELLED) {
            flush_finally(loop, &ignored); /* Nobody is left to be told. */
            return TRAINING_CANCELLED;
        }
        report_error(loop, err);
        return finish(loop, TRAINING_FAILED, err);
    case STEP_ON:
    case STEP_END:
        break;
    }
    return finish(loop, TRAINING_NO_MORE_EPOCHS, err);
}
