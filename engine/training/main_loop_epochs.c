/* engine/training/main_loop_epochs.c -- the order of things in iterations and epochs; see main_loop_steps.h.
 */
#include "engine/training/main_loop_steps.h"

#include <stdio.h>

static enum step check_finish(struct main_loop *loop, bool epoch_is_over, struct error *err)
{
    const struct log_counters *counters = log_counters(loop->parts.log);

    if (log_current_truthy(loop->parts.log, "training_finish_requested"))
        return STEP_FINISH;
    if (counters->batch_interrupt_received || (epoch_is_over && counters->epoch_interrupt_received))
        return main_loop_dispatch(loop, ON_INTERRUPT, NULL, err) ? STEP_INTERRUPT : STEP_ERROR;
    return STEP_ON;
}

static void place_error(struct error *err, const char *pointer)
{
    if (pointer && !err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
}

static enum step read_batch(struct main_loop *loop, struct batch *batch, struct error *err)
{
    struct data_stream *stream = loop->parts.stream;
    enum stream_result result;

    profile_enter(&loop->profile, PROFILE_READ_DATA);
    result = stream->type->next_batch(stream, batch, err);
    profile_exit(&loop->profile, PROFILE_READ_DATA);
    if (result == STREAM_FAILED)
        place_error(err, loop->parts.stream_pointer);
    if (result == STREAM_FAILED || !main_loop_poll(loop, err))
        return STEP_ERROR;
    if (result == STREAM_OK)
        return STEP_ON;
    if (log_counters(loop->parts.log)->received_first_batch)
        return STEP_END;
    RAISE(err, ERROR_TRAINING, NULL, "the epoch has no batches");
    place_error(err, loop->parts.stream_pointer);
    return STEP_ERROR;
}

static bool train(struct main_loop *loop, const struct batch *batch, struct error *err)
{
    struct algorithm *algorithm = loop->parts.algorithm;
    bool trained;

    profile_enter(&loop->profile, PROFILE_TRAIN);
    trained = algorithm->type->process_batch(algorithm, batch, err);
    profile_exit(&loop->profile, PROFILE_TRAIN);
    if (!trained)
        place_error(err, loop->parts.algorithm_pointer);
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
    if (!main_loop_dispatch(loop, BEFORE_BATCH, &batch, err) || !train(loop, &batch, err))
        return STEP_ERROR;
    log_counters_edit(log)->iterations_done++;
    if (!main_loop_dispatch(loop, AFTER_BATCH, &batch, err))
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
    if (result == STREAM_FAILED) {
        place_error(err, loop->parts.stream_pointer);
        return STEP_ERROR;
    }
    if (result == STREAM_END)
        return STEP_END;
    counters->epoch_started = true;
    return main_loop_dispatch(loop, BEFORE_EPOCH, NULL, err) ? STEP_ON : STEP_ERROR;
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
    if (!main_loop_dispatch(loop, AFTER_EPOCH, NULL, err))
        return STEP_ERROR;
    report_progress(loop);
    return check_finish(loop, true, err);
}

enum step main_loop_run_epochs(struct main_loop *loop, struct error *err)
{
    enum step step = STEP_ON;

    profile_enter(&loop->profile, PROFILE_TRAINING);
    while (step == STEP_ON)
        step = run_epoch(loop, err);
    profile_exit(&loop->profile, PROFILE_TRAINING);
    return step;
}
