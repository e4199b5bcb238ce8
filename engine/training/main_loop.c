/* engine/training/main_loop.c -- how a training begins and is gone on with; see main_loop.h. */
#include "engine/training/main_loop.h"

#include "engine/training/main_loop_steps.h"

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
    if (!main_loop_dispatch(loop, BEFORE_TRAINING, NULL, err))
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
    if (!main_loop_dispatch(loop, ON_RESUMPTION, NULL, err))
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

enum training_outcome main_loop_run(struct main_loop *loop, struct error *err)
{
    return main_loop_conclude(loop, start(loop, err) ? main_loop_run_epochs(loop, err) : STEP_ERROR, err);
}

static bool take_up(struct main_loop *loop, struct error *err)
{
    loop->stop_seen = STOP_NONE;
    return attach_all(loop, err) && (loop->initialized || initialize(loop, err));
}

enum training_outcome main_loop_continue(struct main_loop *loop, struct error *err)
{
    return main_loop_conclude(loop, take_up(loop, err) ? main_loop_run_epochs(loop, err) : STEP_ERROR, err);
}
