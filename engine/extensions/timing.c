/* engine/extensions/timing.c -- where the time went, per batch and per epoch.
 *
 * Batches and epochs have separate books: total and counter at the last call.  "this" is what was added since
 * then, per batch or epoch in between.  A second call at the same counter writes nothing. */
#include <stdio.h>

#include "engine/base/component_report.h"
#include "engine/extensions/extensions.h"

enum { RECORD_BYTES = 512 };

struct timing {
    const char *prefix;
};

struct timing_state {
    int64_t batch_counter, epoch_counter;
    double batch_train, batch_read_data, epoch_train, epoch_read_data;
};

static const struct param params[] = { PARAM(timing, prefix, TEXT, .preset = "\"\"",
                                             .about = "Put before the names of the records, with \"_\"."),
                                       PARAM_END };

static const struct trigger_setting triggers[] = { { TRIGGER_BEFORE_FIRST_EPOCH, 1 },
                                                   { TRIGGER_AFTER_EPOCH, 1 },
                                                   TRIGGERS_END };

static const struct state_field state[] = { STATE(timing_state, batch_counter, INTEGER),
                                            STATE(timing_state, epoch_counter, INTEGER),
                                            STATE(timing_state, batch_train, REAL),
                                            STATE(timing_state, batch_read_data, REAL),
                                            STATE(timing_state, epoch_train, REAL),
                                            STATE(timing_state, epoch_read_data, REAL),
                                            STATE_END };

/* Only before_epoch, after_batch and after_epoch can be timed.  What is certain to happen is refused at once.
 */
static bool timing_init(struct extension *self, const struct extension_context *context,
                        struct error_list *errors)
{
    const unsigned certain = CALLBACK_BIT(BEFORE_TRAINING) | CALLBACK_BIT(BEFORE_BATCH);
    bool valid = true;

    (void)context;
    for (size_t i = 0; i < self->conditions.count; i++) {
        const struct condition *condition = &self->conditions.items[i];

        if (!(certain & CALLBACK_BIT(condition->callback)) || condition->predicate.kind != PREDICATE_ALWAYS)
            continue;
        REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, NULL, "Timing has nothing to measure on %s",
                  callback_name(condition->callback));
        valid = error_list_hint(errors, "It works on before_epoch, after_batch and after_epoch.");
    }
    return valid;
}

static const char *record_name(const struct extension *self, const char *action, const char *level,
                               char out[RECORD_BYTES])
{
    const struct timing *settings = self->settings;

    snprintf(out, RECORD_BYTES, "%.400s%stime_%s_%s", settings->prefix, settings->prefix[0] ? "_" : "",
             action, level);
    return out;
}

static void write_record(struct extension *self, const char *level, const char *action, double seconds)
{
    char name[RECORD_BYTES];

    log_set_current(extension_log(self), record_name(self, action, level, name), value_real(seconds));
}

static void write_records(struct extension *self, const char *action, const char *this_level, double total,
                          double *before, int64_t steps)
{
    write_record(self, this_level, action, (total - *before) / (double)steps);
    write_record(self, "total", action, total);
    *before = total;
}

static bool timing_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct profile *profile = &self->base.main_loop->profile;
    const struct log_counters *counters = log_counters(extension_log(self));
    bool batch = call->event->callback == AFTER_BATCH;
    struct timing_state *books = self->state;
    int64_t *last = batch ? &books->batch_counter : &books->epoch_counter;
    int64_t steps = (batch ? counters->iterations_done : counters->epochs_done) - *last;
    const char *this_level = batch ? "this_batch" : "this_epoch";

    if (call->event->callback == BEFORE_EPOCH) {
        log_set_current(extension_log(self), "time_initialization",
                        value_real(profile->total_s[PROFILE_INITIALIZATION]));
        return true;
    }
    if (!batch && call->event->callback != AFTER_EPOCH)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "Timing has nothing to measure on %s",
                     callback_name(call->event->callback));
    if (steps == 0)
        return true;
    *last += steps;
    write_records(self, "train", this_level, profile->total_s[PROFILE_TRAIN],
                  batch ? &books->batch_train : &books->epoch_train, steps);
    write_records(self, "read_data", this_level, profile->total_s[PROFILE_READ_DATA],
                  batch ? &books->batch_read_data : &books->epoch_read_data, steps);
    return true;
}

static void timing_names(const struct extension *self, extension_name_fn *each, void *context)
{
    static const char *const actions[] = { "train", "read_data" };
    static const char *const levels[] = { "this_batch", "this_epoch", "total" };
    char name[RECORD_BYTES];

    each(context, "time_initialization", true);
    for (size_t i = 0; i < COUNT(actions); i++)
        for (size_t j = 0; j < COUNT(levels); j++)
            each(context, record_name(self, actions[i], levels[j], name), true);
}

const struct extension_type timing_type = {
    .component = { .name = "Timing",
                   .about = "Writes how long initialization, training and reading data took.",
                   .params = params,
                   .settings_size = sizeof(struct timing) },
    .triggers = triggers,
    .takes_triggers = true,
    .needs_profile = true,
    .records_written =
        (const char *const[]){ "time_initialization", "time_train_this_batch", "time_train_this_epoch",
                               "time_train_total", "time_read_data_this_batch", "time_read_data_this_epoch",
                               "time_read_data_total", NULL },
    .names = timing_names,
    .state_size = sizeof(struct timing_state),
    .state = state,
    .init = timing_init,
    .act = timing_act,
};
