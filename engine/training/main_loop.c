/* engine/training/main_loop.c -- the order of things in a training; see main_loop.h. */
#include "engine/training/main_loop.h"

#include <string.h>

/* How a step of the training ended. */
enum step {
    STEP_ON,
    STEP_END, /* of the epoch, or of the data */
    STEP_FINISH,
    STEP_INTERRUPT,
    STEP_SUSPEND,
    STEP_ERROR /* ERROR_CANCELLED: left at once */
};

void main_loop_init(struct main_loop *loop, const struct main_loop_parts *parts)
{
    struct log_counters *counters = log_counters_edit(parts->log);

    *loop = (struct main_loop){ .parts = *parts };
    if (!loop->parts.clock)
        loop->parts.clock = &clock_system;
    loop->batches_per_epoch = parts->stream->type->batches_per_epoch(parts->stream);
    counters->training_started = false;
    counters->epoch_started = false;
    counters->epoch_interrupt_received = false;
    counters->batch_interrupt_received = false;
}

bool main_loop_poll(struct main_loop *loop, struct error *err)
{
    struct log *log = loop->parts.log;
    enum stop_request request = loop->parts.control ? control_requested(loop->parts.control) : STOP_NONE;

    if (request == STOP_CANCEL)
        return RAISE(err, ERROR_CANCELLED, NULL, "cancelled");
    if (request <= loop->stop_seen)
        return true;
    loop->stop_seen = request;
    if (request == STOP_EPOCH) {
        log_set_current(log, "epoch_interrupt_received", value_boolean(true));
        log_counters_edit(log)->epoch_interrupt_received = true;
    } else if (request == STOP_BATCH) {
        log_set_current(log, "batch_interrupt_received", value_boolean(true));
        log_counters_edit(log)->batch_interrupt_received = true;
    }
    return true;
}

static bool flush(struct main_loop *loop, struct error *err)
{
    return log_flush(loop->parts.log, loop->parts.sink, err) &&
           log_flush_status(loop->parts.log, loop->parts.sink, false, err);
}

/* One round of callbacks.  `polling` is off once the signals are nobody's business any more. */
static bool round_of(struct main_loop *loop, const struct event *event, bool polling, struct error *err)
{
    for (size_t i = 0; i < loop->parts.extension_count; i++) {
        struct training_extension *extension = loop->parts.extensions[i];

        if (!(extension->callbacks & CALLBACK_BIT(event->callback)))
            continue;
        if (!extension->dispatcher->dispatch(extension, event, err))
            return false;
        if (polling && !main_loop_poll(loop, err))
            return false;
    }
    return flush(loop, err);
}

static bool dispatch(struct main_loop *loop, enum callback callback, const struct batch *batch,
                     struct error *err)
{
    return round_of(loop, &(struct event){ .callback = callback, .batch = batch }, true, err);
}

static bool attach_all(struct main_loop *loop, struct error *err)
{
    loop->profile.clock = NULL;
    for (size_t i = 0; i < loop->parts.extension_count; i++) {
        struct training_extension *extension = loop->parts.extensions[i];

        if (!extension->dispatcher->attach(extension, loop, err))
            return false;
        if (extension->needs_profile)
            loop->profile.clock = loop->parts.clock;
    }
    return true;
}

static bool initialize(struct main_loop *loop, struct error *err)
{
    struct algorithm *algorithm = loop->parts.algorithm;

    loop->initialized = algorithm->type->initialize(algorithm, err) && main_loop_poll(loop, err);
    return loop->initialized;
}

static bool begin(struct main_loop *loop, struct error *err)
{
    bool initialized;

    if (log_counters(loop->parts.log)->training_started)
        return loop->initialized || initialize(loop, err);
    if (!dispatch(loop, BEFORE_TRAINING, NULL, err))
        return false;
    profile_enter(&loop->profile, PROFILE_INITIALIZATION);
    initialized = initialize(loop, err);
    profile_exit(&loop->profile, PROFILE_INITIALIZATION);
    if (initialized)
        log_counters_edit(loop->parts.log)->training_started = true;
    return initialized;
}

/* Interrupts received so far, on_resumption included, belong to the run that was resumed. */
static bool resume(struct main_loop *loop, struct error *err)
{
    struct log_counters *counters;

    log_resume(loop->parts.log);
    if (!dispatch(loop, ON_RESUMPTION, NULL, err))
        return false;
    counters = log_counters_edit(loop->parts.log);
    counters->epoch_interrupt_received = false;
    counters->batch_interrupt_received = false;
    return true;
}

/* Everything before the first epoch.  A stop that was requested before the run began is no signal to the old
 * run: it is looked at behind the resumption. */
static bool start(struct main_loop *loop, struct error *err)
{
    enum stop_request early = loop->parts.control ? control_requested(loop->parts.control) : STOP_NONE;

    loop->stop_seen = early;
    if (!attach_all(loop, err) || !begin(loop, err))
        return false;
    if (log_counters(loop->parts.log)->iterations_done > 0 && !resume(loop, err))
        return false;
    if (loop->stop_seen == early)
        loop->stop_seen = STOP_NONE;
    return main_loop_poll(loop, err);
}

static enum step check_finish(struct main_loop *loop, bool epoch_is_over, struct error *err)
{
    const struct log_counters *counters = log_counters(loop->parts.log);

    if (log_current_truthy(loop->parts.log, "training_finish_requested"))
        return STEP_FINISH;
    if (counters->batch_interrupt_received || (epoch_is_over && counters->epoch_interrupt_received))
        return dispatch(loop, ON_INTERRUPT, NULL, err) ? STEP_INTERRUPT : STEP_ERROR;
    return STEP_ON;
}

static enum step read_batch(struct main_loop *loop, struct batch *batch, struct error *err)
{
    struct data_stream *stream = loop->parts.stream;
    enum stream_result result;

    profile_enter(&loop->profile, PROFILE_READ_DATA);
    result = stream->type->next_batch(stream, batch, err);
    profile_exit(&loop->profile, PROFILE_READ_DATA);
    if (result == STREAM_FAILED || !main_loop_poll(loop, err))
        return STEP_ERROR;
    if (result == STREAM_OK)
        return STEP_ON;
    if (log_counters(loop->parts.log)->received_first_batch)
        return STEP_END;
    RAISE(err, ERROR_TRAINING, NULL, "the epoch has no batches");
    return STEP_ERROR;
}

static bool train(struct main_loop *loop, const struct batch *batch, struct error *err)
{
    struct algorithm *algorithm = loop->parts.algorithm;
    bool trained;

    profile_enter(&loop->profile, PROFILE_TRAIN);
    trained = algorithm->type->process_batch(algorithm, batch, err);
    profile_exit(&loop->profile, PROFILE_TRAIN);
    return trained && main_loop_poll(loop, err);
}

static int64_t batches_known(const struct main_loop *loop)
{
    return loop->batches_per_epoch < 0 ? BATCHES_UNKNOWN : loop->batches_per_epoch;
}

static void report_progress(struct main_loop *loop)
{
    const struct sink *sink = loop->parts.sink;
    const struct log_counters *counters = log_counters(loop->parts.log);

    if (sink && sink->progress)
        sink->progress(sink->context, &(struct run_progress){ .iterations_done = counters->iterations_done,
                                                              .epochs_done = counters->epochs_done,
                                                              .batches_per_epoch = batches_known(loop),
                                                              .examples_done = loop->examples_done });
}

/* A batch boundary: the one place where a training can be left without a trace. */
static enum step boundary(struct main_loop *loop, struct error *err)
{
    struct control *control = loop->parts.control;

    if (!control)
        return STEP_ON;
    if (atomic_load_explicit(&control->autosave, memory_order_relaxed) &&
        atomic_exchange(&control->autosave, false) && loop->parts.autosave &&
        !loop->parts.autosave(loop->parts.autosave_context, err))
        return STEP_ERROR;
    return control_requested(control) == STOP_SUSPEND ? STEP_SUSPEND : STEP_ON;
}

static enum step run_iteration(struct main_loop *loop, struct error *err)
{
    struct log *log = loop->parts.log;
    struct batch batch = { 0 };
    enum step step = boundary(loop, err);

    if (step == STEP_ON)
        step = read_batch(loop, &batch, err);
    if (step != STEP_ON)
        return step;
    log_counters_edit(log)->received_first_batch = true;
    if (!dispatch(loop, BEFORE_BATCH, &batch, err) || !train(loop, &batch, err))
        return STEP_ERROR;
    log_counters_edit(log)->iterations_done++;
    if (!dispatch(loop, AFTER_BATCH, &batch, err))
        return STEP_ERROR;
    loop->examples_done += batch.examples;
    report_progress(loop);
    return check_finish(loop, false, err);
}

static enum step open_epoch(struct main_loop *loop, struct error *err)
{
    struct data_stream *stream = loop->parts.stream;
    struct log_counters *counters = log_counters_edit(loop->parts.log);
    enum stream_result result;

    counters->received_first_batch = false;
    counters->first_batch_known = true;
    result = stream->type->next_epoch(stream, err);
    if (result == STREAM_FAILED)
        return STEP_ERROR;
    if (result == STREAM_END)
        return STEP_END;
    counters->epoch_started = true;
    return dispatch(loop, BEFORE_EPOCH, NULL, err) ? STEP_ON : STEP_ERROR;
}

static enum step run_epoch(struct main_loop *loop, struct error *err)
{
    enum step step = STEP_ON;

    if (!log_counters(loop->parts.log)->epoch_started)
        step = open_epoch(loop, err);
    if (step != STEP_ON)
        return step;
    profile_enter(&loop->profile, PROFILE_EPOCH);
    while (step == STEP_ON)
        step = run_iteration(loop, err);
    profile_exit(&loop->profile, PROFILE_EPOCH);
    if (step != STEP_END)
        return step;
    log_epoch_ended(loop->parts.log);
    if (!dispatch(loop, AFTER_EPOCH, NULL, err))
        return STEP_ERROR;
    report_progress(loop);
    return check_finish(loop, true, err);
}

static enum step run_epochs(struct main_loop *loop, struct error *err)
{
    enum step step = STEP_ON;

    profile_enter(&loop->profile, PROFILE_TRAINING);
    while (step == STEP_ON)
        step = run_epoch(loop, err);
    profile_exit(&loop->profile, PROFILE_TRAINING);
    return step;
}

/* got_exception, then on_error.  An error in there ends its round and becomes a hint of the first one. */
static void report_error(struct main_loop *loop, struct error *err)
{
    struct text text = { 0 };
    struct error second;

    text_format(&text, "%s: %s", error_code_name(err->code), err->message);
    if (err->pointer[0])
        text_format(&text, " (%s)", err->pointer);
    log_set_current(loop->parts.log, "got_exception", value_text(text_bytes(&text)));
    text_fini(&text);
    if (!round_of(loop, &(struct event){ .callback = ON_ERROR, .error = err }, false, &second) &&
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
        done = round_of(loop, &(struct event){ .callback = AFTER_TRAINING }, false, &second);
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

static enum training_outcome conclude(struct main_loop *loop, enum step step, struct error *err)
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

enum training_outcome main_loop_run(struct main_loop *loop, struct error *err)
{
    return conclude(loop, start(loop, err) ? run_epochs(loop, err) : STEP_ERROR, err);
}

static bool take_up(struct main_loop *loop, struct error *err)
{
    loop->stop_seen = STOP_NONE;
    return attach_all(loop, err) && (loop->initialized || initialize(loop, err));
}

enum training_outcome main_loop_continue(struct main_loop *loop, struct error *err)
{
    return conclude(loop, take_up(loop, err) ? run_epochs(loop, err) : STEP_ERROR, err);
}

struct training_extension *main_loop_find_extension(const struct main_loop *loop, const char *name,
                                                    struct error *err)
{
    struct training_extension *found = NULL;

    for (size_t i = 0; i < loop->parts.extension_count; i++) {
        if (strcmp(loop->parts.extensions[i]->name, name) != 0)
            continue;
        if (found) {
            RAISE(err, ERROR_UNKNOWN_NAME, NULL, "several extensions are called \"%s\"", name);
            return NULL;
        }
        found = loop->parts.extensions[i];
    }
    if (!found)
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "no extension is called \"%s\"", name);
    return found;
}
