/* engine/extensions/progress_bar.c -- shows how far the epoch has come.
 *
 * The bar is made with the first batch, counts batches as they begin, and is finished behind the epoch; a
 * training that stops inside an epoch leaves it as it is.  It is drawn at most ten times a second. */
#include "engine/extensions/progress_bar.h"

#include <inttypes.h>

#include "engine/extensions/extensions.h"
#include "engine/extensions/progress_line.h"

static const double draw_interval_s = 0.1;

static const struct state_field state[] = { STATE(progress_bar, step, INTEGER), STATE_END };

const struct progress_bar *progress_bar_of(const struct extension *extension)
{
    return extension->state;
}

/* Batches of an epoch as the scheme of the stream says, or one of BATCHES_....  A transformer has no scheme.
 */
static int64_t length_of(const struct main_loop *loop)
{
    return loop->parts.stream->transformed ? BATCHES_UNKNOWN : loop->batches_per_epoch;
}

static void draw(struct extension *self)
{
    const struct main_loop *loop = self->base.main_loop;
    struct progress_bar *bar = self->state;
    struct text line = { 0 };

    if (!loop->parts.sink || !loop->parts.sink->progress_bar)
        return;
    progress_line(bar, bar->drawn_s - bar->started_s, &line);
    loop->parts.sink->progress_bar(loop->parts.sink->context, text_bytes(&line));
    text_fini(&line);
}

static bool before_epoch(struct extension *self, const struct event *event, struct error *err)
{
    struct progress_bar *bar = self->state;

    (void)event, (void)err;
    bar->step = 0;
    return true;
}

static bool before_batch(struct extension *self, const struct event *event, struct error *err)
{
    const struct main_loop *loop = self->base.main_loop;
    struct progress_bar *bar = self->state;
    double now_s = clock_monotonic_s(loop->parts.clock);
    bool first = !bar->shown;

    (void)event;
    if (length_of(loop) == BATCHES_UNCOUNTED)
        return RAISE(err, ERROR_INVALID_VALUE, NULL,
                     "this iteration scheme does not say how many batches it has");
    if (first) {
        bar->shown = true;
        bar->epoch = log_counters(loop->parts.log)->epochs_done;
        bar->length = length_of(loop);
        bar->started_s = now_s;
    }
    bar->step++;
    if (bar->length >= 0 && bar->step > bar->length)
        return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "batch %" PRId64 " of an epoch of %" PRId64, bar->step,
                     bar->length);
    if (first || now_s - bar->drawn_s >= draw_interval_s) {
        bar->drawn_s = now_s;
        draw(self);
    }
    return true;
}

static bool after_epoch(struct extension *self, const struct event *event, struct error *err)
{
    const struct sink *sink = self->base.main_loop->parts.sink;
    struct progress_bar *bar = self->state;

    (void)event, (void)err;
    if (bar->shown && sink && sink->progress_bar)
        sink->progress_bar(sink->context, NULL);
    bar->shown = false;
    return true;
}

const struct extension_type progress_bar_type = {
    .component = { .name = "ProgressBar",
                   .about = "Shows how many batches of the present epoch have been done." },
    .state_size = sizeof(struct progress_bar),
    .state = state,
    .on = { [BEFORE_EPOCH] = before_epoch, [BEFORE_BATCH] = before_batch, [AFTER_EPOCH] = after_epoch },
};
