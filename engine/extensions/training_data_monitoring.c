/* engine/extensions/training_data_monitoring.c -- aggregates variables over the training batches.
 *
 * The values are computed together with the training step, from the parameters before it.  Aggregation runs
 * across the borders of epochs and runs, from one record to the next; written twice with no batch in between,
 * the second record is the empty aggregate. */
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/extensions.h"
#include "engine/extensions/monitoring.h"

struct training_data_monitoring {
    const struct cJSON *variables;
    const char *prefix, *suffix;
};

struct collector {
    struct monitoring monitoring;
    struct batch_observer observer;
    int64_t last_aggregated; /* quantities see each iteration once */
    bool initialized;        /* before_training has been here */
};

static const char just_aggregate[] = "just_aggregate";

static const struct param params[] = { PARAM(training_data_monitoring, variables, JSON, .required = true,
                                             .about = "What to record."),
                                       PARAM(training_data_monitoring, prefix, TEXT, .nullable = true,
                                             .about = "Put before the names of the records, with \"_\"."),
                                       PARAM(training_data_monitoring, suffix, TEXT, .nullable = true,
                                             .about = "Put behind the names of the records, with \"_\"."),
                                       PARAM_END };

static const struct trigger_setting triggers[] = { { TRIGGER_BEFORE_TRAINING, 1 }, TRIGGERS_END };

static const struct state_field state[] = { STATE(collector, last_aggregated, INTEGER),
                                            STATE(collector, initialized, BOOLEAN), STATE_END };

static bool observe(void *context, const struct tensor *const *values, struct error *err)
{
    struct collector *collector = context;

    return monitoring_add(&collector->monitoring, false, values, err);
}

/* Without its initialization the first batch would fail. */
static bool check_before_training(const struct extension *self, struct error_list *errors)
{
    for (size_t i = 0; i < self->conditions.count; i++)
        if (self->conditions.items[i].callback == BEFORE_TRAINING &&
            self->conditions.items[i].predicate.kind == PREDICATE_ALWAYS)
            return true;
    REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "before_training",
              "TrainingDataMonitoring is initialized before the training");
    return error_list_hint(errors, "Leave before_training out.");
}

static bool training_data_monitoring_init(struct extension *self, const struct extension_context *context,
                                          struct error_list *errors)
{
    const struct training_data_monitoring *settings = self->settings;
    struct collector *collector = self->state;
    const struct monitoring_settings monitoring = { .variables = settings->variables,
                                                    .prefix = settings->prefix,
                                                    .suffix = settings->suffix };
    struct condition condition = { .callback = AFTER_BATCH, .argument_count = 1 };
    bool valid = check_before_training(self, errors);

    condition.arguments = memory_new(1, sizeof *condition.arguments);
    condition.arguments[0] = value_text(just_aggregate);
    collector->last_aggregated = -1;
    if (!monitoring_init(&collector->monitoring, self->component, &monitoring, true, context, errors))
        valid = false;
    condition_list_add(&self->conditions, condition);
    collector->observer = (struct batch_observer){ .variables = collector->monitoring.nodes,
                                                   .count = collector->monitoring.node_count,
                                                   .context = collector,
                                                   .observe = observe };
    return valid;
}

static void training_data_monitoring_fini(struct extension *self)
{
    monitoring_fini(&((struct collector *)self->state)->monitoring);
}

static bool training_data_monitoring_attach(struct extension *self, struct error *err)
{
    struct algorithm *algorithm = self->base.main_loop->parts.algorithm;
    struct collector *collector = self->state;

    return !algorithm->type->updates || algorithm->type->observe(algorithm, &collector->observer, err);
}

static bool start(struct extension *self, struct error *err)
{
    struct collector *collector = self->state;

    if (!self->base.main_loop->parts.algorithm->type->updates)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "this algorithm cannot be monitored");
    collector->initialized = true;
    monitoring_reset_variables(&collector->monitoring);
    monitoring_forget_required(&collector->monitoring);
    return monitoring_reset_quantities(&collector->monitoring, err);
}

static bool only_aggregates(const struct value *arguments, size_t count)
{
    return count == 1 && arguments[0].kind == VALUE_TEXT && strcmp(arguments[0].text, just_aggregate) == 0;
}

static bool training_data_monitoring_silent(const struct extension *self, const struct condition *condition)
{
    (void)self;
    return condition->callback == BEFORE_TRAINING ||
           only_aggregates(condition->arguments, condition->argument_count);
}

static bool training_data_monitoring_act(struct extension *self, const struct call *call, struct error *err)
{
    struct collector *collector = self->state;
    struct log *log = extension_log(self);
    int64_t iterations = log_counters(log)->iterations_done;

    if (call->event->callback == BEFORE_TRAINING)
        return start(self, err);
    if (!collector->initialized)
        return RAISE(err, ERROR_STATE, NULL,
                     "there is nothing to read before the training has been prepared");
    if (iterations > collector->last_aggregated) {
        if (!monitoring_aggregate_quantities(&collector->monitoring, err))
            return false;
        monitoring_forget_required(&collector->monitoring);
        collector->last_aggregated = iterations;
    }
    if (only_aggregates(call->arguments, call->argument_count))
        return true;
    monitoring_write_variables(&collector->monitoring, log);
    monitoring_reset_variables(&collector->monitoring);
    return monitoring_write_quantities(&collector->monitoring, log, err) &&
           monitoring_reset_quantities(&collector->monitoring, err);
}

static bool training_data_monitoring_save(const struct extension *self, struct text *out_json,
                                          struct error *err)
{
    return monitoring_save(&((const struct collector *)self->state)->monitoring, out_json, err);
}

static bool training_data_monitoring_load(struct extension *self, const struct cJSON *saved,
                                          struct error *err)
{
    return monitoring_load(&((struct collector *)self->state)->monitoring, saved, err);
}

static void training_data_monitoring_names(const struct extension *self, extension_name_fn *each,
                                           void *context)
{
    monitoring_each_name(&((const struct collector *)self->state)->monitoring, each, context);
}

static const struct monitoring *training_data_monitoring_of(const struct extension *self, bool *out_training)
{
    *out_training = true;
    return &((const struct collector *)self->state)->monitoring;
}

const struct extension_type training_data_monitoring_type = {
    .component = { .name = "TrainingDataMonitoring",
                   .about = "Aggregates variables over the training batches, as part of the training step.",
                   .params = params,
                   .settings_size = sizeof(struct training_data_monitoring) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "{prefix}_{variable}_{suffix}", NULL },
    .names = training_data_monitoring_names,
    .state_size = sizeof(struct collector),
    .state = state,
    .init = training_data_monitoring_init,
    .fini = training_data_monitoring_fini,
    .attach = training_data_monitoring_attach,
    .act = training_data_monitoring_act,
    .silent = training_data_monitoring_silent,
    .monitoring = training_data_monitoring_of,
    .save = training_data_monitoring_save,
    .load = training_data_monitoring_load,
};
