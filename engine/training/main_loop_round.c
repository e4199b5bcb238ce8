/* engine/training/main_loop_round.c -- calls the extensions, and looks at the control behind each.
 *
 * See main_loop_steps.h. */
#include "engine/training/main_loop_steps.h"

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

bool main_loop_round(struct main_loop *loop, const struct event *event, bool polling, struct error *err)
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

bool main_loop_dispatch(struct main_loop *loop, enum callback callback, const struct batch *batch,
                        struct error *err)
{
    return main_loop_round(loop, &(struct event){ .callback = callback, .batch = batch }, true, err);
}
