/* engine/training/control.h -- how the outside world stops a running job.
 *
 * Any thread (and a signal handler) raises; the main loop looks between its steps.  Lock-free. */
#ifndef ENGINE_TRAINING_CONTROL_H
#define ENGINE_TRAINING_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>

enum stop_request {
    STOP_NONE,
    STOP_EPOCH,   /* first Ctrl-C: after the current epoch */
    STOP_BATCH,   /* second Ctrl-C, or SIGTERM: after the current batch */
    STOP_SUSPEND, /* pause and drain: leave at the next batch boundary without a trace in the log, to be
                     continued */
    STOP_CANCEL,  /* leave at the next batch boundary, for good: no more callbacks */
};

struct control {
    _Atomic int stop;      /* enum stop_request */
    _Atomic bool autosave; /* an automatic checkpoint is wanted at the next batch boundary */
};

/* Severity only grows: a weaker request than the present one changes nothing. */
static inline void control_stop(struct control *control, enum stop_request request)
{
    int now = atomic_load(&control->stop);

    while (now < (int)request && !atomic_compare_exchange_weak(&control->stop, &now, (int)request))
        ;
}

static inline enum stop_request control_requested(struct control *control)
{
    return (enum stop_request)atomic_load_explicit(&control->stop, memory_order_relaxed);
}

#endif
