/* server/log_writer_status.c -- stores how far a run is: counters, rates, what is left, status, progress bar.
 */
#include "server/log_writer_internal.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/param.h"
#include "server/store/status.h"

/* Over half a second at least; while nothing is trained the last rates stand. */
static void measure_rates(struct log_writer_run *run, int64_t examples, int64_t batches)
{
    int64_t now = clock_now_us(), elapsed = now - run->rate_us, done = examples - run->rate_examples;

    if (run->rate_us && done >= 0 && (done == 0 || elapsed < 500000))
        return;
    if (run->rate_us && done > 0) {
        run->examples_per_s = (double)done * 1e6 / (double)elapsed;
        run->batches_per_s = (double)(batches - run->rate_batches) * 1e6 / (double)elapsed;
    }
    run->rate_us = now;
    run->rate_examples = examples;
    run->rate_batches = batches;
}

/* NaN when it is not known, and when nothing is left. */
static double seconds_left(const struct log_writer_run *run, int64_t batches)
{
    return run->batches_total > batches && run->batches_per_s > 0
               ? (double)(run->batches_total - batches) / run->batches_per_s
               : NAN;
}

/* Progress is a view, not a promise: a try that fails is left to the next round, unless somebody waits for
 * it. */
void log_writer_write_status(struct log_writer *writer, struct log_writer_run *run)
{
    struct job_status status = { .job = run->job, .epoch = run->epoch, .eta_s = NAN };
    char *json, *bar;
    struct error err = { 0 };
    enum store_result result = STORE_OK;
    unsigned tries = 0;
    bool changed, flushing;

    status.iterations_done = atomic_load(&run->iterations_done);
    status.epochs_done = atomic_load(&run->epochs_done);
    status.batches_per_epoch = atomic_load(&run->batches_per_epoch);
    if (status.batches_per_epoch < 0)
        status.batches_per_epoch = INTEGER_ABSENT;
    measure_rates(run, atomic_load(&run->examples_done), status.iterations_done);
    status.examples_per_s = run->examples_per_s;
    status.eta_s = seconds_left(run, status.iterations_done);
    pthread_mutex_lock(&writer->lock);
    changed = (run->status_changed || status.iterations_done != run->iterations_written) && !run->lost;
    json = memory_text(run->status);
    bar = memory_text(run->bar);
    run->status_changed = false;
    flushing = run->flushing;
    pthread_mutex_unlock(&writer->lock);
    status.status = json;
    status.progress_bar = bar;
    while (changed && (result = store_status_put(writer->db, &status, &err)) != STORE_OK)
        if (!flushing || !log_writer_try_again(run, result, &err, &tries))
            break;
    if (changed && result == STORE_OK)
        run->iterations_written = status.iterations_done;
    free(json);
    free(bar);
}
