/* engine/extensions/finish_if_no_improvement_after.c -- finishes when a record has not got better for long.
 *
 * The notification of TrackTheBest says when it got better; the presence of the record counts, not its value.
 * Stops when patience is 0 or less (Blocks: exactly 0, which iterations can miss). */
#include "engine/extensions/finish_if_no_improvement_after.h"

#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/extensions/extensions.h"

struct patience {
    bool remembered;
    int64_t best_iteration, best_epoch;
    char *record;
};

static const struct param params[] = {
    PARAM(finish_if_no_improvement_after, notification_name, TEXT, .required = true,
          .about = "The record that TrackTheBest writes, such as \"valid_error_rate_best_so_far\"."),
    PARAM(finish_if_no_improvement_after, iterations, INTEGER, .nullable = true, .min = 0, .max = 1e15,
          .about = "How many batches may pass without an improvement; either this or epochs."),
    PARAM(finish_if_no_improvement_after, epochs, INTEGER, .nullable = true, .min = 0, .max = 1e15,
          .about = "How many epochs may pass without an improvement; either this or iterations."),
    PARAM(finish_if_no_improvement_after, patience_log_record, TEXT, .nullable = true,
          .about = "The record for what is left of the patience; by default notification_name with "
                   "\"_patience_epochs\" or \"_patience_iterations\"."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_AFTER_EPOCH, 1 }, TRIGGERS_END };

static const struct state_field state[] = { STATE(patience, remembered, BOOLEAN),
                                            STATE(patience, best_iteration, INTEGER),
                                            STATE(patience, best_epoch, INTEGER), STATE_END };

static bool finish_if_no_improvement_after_init(struct extension *self,
                                                const struct extension_context *context,
                                                struct error_list *errors)
{
    const struct finish_if_no_improvement_after *settings = self->settings;
    struct patience *patience = self->state;
    bool epochs = settings->epochs != INTEGER_ABSENT, iterations = settings->iterations != INTEGER_ABSENT;
    struct text record = { 0 };

    (void)context;
    if (settings->patience_log_record && settings->patience_log_record[0])
        text_add(&record, settings->patience_log_record);
    else
        text_format(&record, "%s_patience_%s", settings->notification_name,
                    iterations ? "iterations" : "epochs");
    patience->record = text_take(&record);
    if (epochs != iterations)
        return true;
    if (epochs)
        return REPORT_AT(errors, ERROR_CONFLICT, self->component, "epochs", "excludes \"iterations\"");
    return REPORT_AT(errors, ERROR_MISSING_MEMBER, self->component, NULL,
                     "\"epochs\" or \"iterations\" is missing");
}

static void finish_if_no_improvement_after_fini(struct extension *self)
{
    free(((struct patience *)self->state)->record);
}

static bool finish_if_no_improvement_after_act(struct extension *self, const struct call *call,
                                               struct error *err)
{
    const struct finish_if_no_improvement_after *settings = self->settings;
    struct patience *patience = self->state;
    struct log *log = extension_log(self);
    const struct log_counters *counters = log_counters(log);
    int64_t left;

    (void)call, (void)err;
    if (log_has(log, counters->iterations_done, settings->notification_name)) {
        patience->remembered = true;
        patience->best_iteration = counters->iterations_done;
        patience->best_epoch = counters->epochs_done;
    }
    if (!patience->remembered)
        return true;
    if (settings->iterations != INTEGER_ABSENT)
        left = settings->iterations - (counters->iterations_done - patience->best_iteration);
    else
        left = settings->epochs - (counters->epochs_done - patience->best_epoch);
    log_set_current(log, patience->record, value_integer(left));
    if (left <= 0)
        log_set_current(log, "training_finish_requested", value_boolean(true));
    return true;
}

static void finish_if_no_improvement_after_names(const struct extension *self, extension_name_fn *each,
                                                 void *context)
{
    each(context, ((const struct finish_if_no_improvement_after *)self->settings)->notification_name, false);
    each(context, ((const struct patience *)self->state)->record, true);
}

const struct extension_type finish_if_no_improvement_after_type = {
    .component = { .name = "FinishIfNoImprovementAfter",
                   .about = "Finishes the training when a record has not improved for a number of epochs or "
                            "batches.",
                   .params = params,
                   .settings_size = sizeof(struct finish_if_no_improvement_after) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written =
        (const char *const[]){ "{notification_name}_patience_epochs", "training_finish_requested", NULL },
    .records_read = (const char *const[]){ "{notification_name}", NULL },
    .names = finish_if_no_improvement_after_names,
    .state_size = sizeof(struct patience),
    .state = state,
    .init = finish_if_no_improvement_after_init,
    .fini = finish_if_no_improvement_after_fini,
    .act = finish_if_no_improvement_after_act,
};
