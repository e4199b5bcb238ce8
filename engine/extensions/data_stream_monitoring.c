/* engine/extensions/data_stream_monitoring.c -- evaluates variables on a whole epoch of another stream. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/dataset_evaluator.h"
#include "engine/extensions/extensions.h"

enum { UPDATES_MAX = 1000 };

struct data_stream_monitoring {
    const cJSON *variables;
    const char *data_stream;
    const cJSON *updates;
    const char *prefix, *suffix;
};

static const struct param params[] = { PARAM(data_stream_monitoring, variables, JSON, .required = true,
                                             .about = "What to record."),
                                       PARAM(data_stream_monitoring, data_stream, TEXT, .required = true,
                                             .about = "The stream whose epochs are evaluated."),
                                       PARAM(data_stream_monitoring, updates, JSON, .nullable = true,
                                             .about = "Shared variables that change with every batch of an "
                                                      "evaluation: an object from \"shared.NAME\" to "
                                                      "the expression of the new value."),
                                       PARAM(data_stream_monitoring, prefix, TEXT, .nullable = true,
                                             .about = "Put before the names of the records, with \"_\"."),
                                       PARAM(data_stream_monitoring, suffix, TEXT, .nullable = true,
                                             .about = "Put behind the names of the records, with \"_\"."),
                                       PARAM_END };

static const struct trigger_setting triggers[] = { { TRIGGER_BEFORE_FIRST_EPOCH, 1 },
                                                   { TRIGGER_AFTER_EPOCH, 1 },
                                                   TRIGGERS_END };

static bool read_update(struct extension *self, const struct extension_context *context, const cJSON *json,
                        struct error_list *errors)
{
    struct dataset_evaluator *evaluator = self->state;
    struct error err = { 0 };
    struct node *variable, *value;

    if (!cJSON_IsString(json))
        return REPORT_AT(errors, ERROR_WRONG_TYPE, self->component, "updates",
                         "\"%.60s\" must be an expression", json->string);
    variable = context->variable(context->context, json->string, false, &err);
    value = variable ? context->variable(context->context, json->valuestring, false, &err) : NULL;
    if (!value)
        return REPORT_AT(errors, err.code, self->component, "updates", "%s", err.message);
    if (!node_variable(variable))
        return REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "updates",
                         "\"%.60s\" is not a shared variable", json->string);
    if (!shape_equal(node_shape(variable), node_shape(value)))
        return REPORT_AT(errors, ERROR_SHAPE, self->component, "updates",
                         "the new value of \"%.60s\" has another shape", json->string);
    evaluator->updates =
        memory_grow(evaluator->updates, evaluator->update_count + 1, sizeof *evaluator->updates);
    evaluator->updates[evaluator->update_count++] = (struct update){ .variable = variable, .value = value };
    return true;
}

static bool read_updates(struct extension *self, const struct extension_context *context,
                         struct error_list *errors)
{
    const struct data_stream_monitoring *settings = self->settings;
    const cJSON *update;
    bool valid = true;

    if (!settings->updates)
        return true;
    if (!cJSON_IsObject(settings->updates) || cJSON_GetArraySize(settings->updates) > UPDATES_MAX)
        return REPORT_AT(errors, ERROR_WRONG_TYPE, self->component, "updates",
                         "must be an object from shared variables to expressions");
    cJSON_ArrayForEach(update, settings->updates)
    {
        valid &= read_update(self, context, update, errors);
    }
    return valid;
}

/* What depends on no data, and was not given a scheme, is read behind the batches. */
static void settle_ends(struct monitoring *monitoring)
{
    for (size_t i = 0; i < monitoring->count; i++) {
        struct monitored *item = &monitoring->items[i];

        item->at_the_end =
            !item->quantity && !item->schemed && !node_depends_on_data(monitoring->nodes[item->node]);
    }
}

static bool delivers(const struct data_stream *stream, const char *source)
{
    for (size_t i = 0; i < stream->source_count; i++)
        if (strcmp(stream->sources[i].name, source) == 0)
            return true;
    return false;
}

/* Expressions see the sources of all streams, but a batch has those of one. */
static bool check_sources(const struct extension *self, struct error_list *errors)
{
    const struct data_stream_monitoring *settings = self->settings;
    const struct dataset_evaluator *evaluator = self->state;
    const struct function_options options = { .plan_only = true,
                                              .updates = evaluator->updates,
                                              .update_count = evaluator->update_count };
    struct error err;
    struct function *function = function_compile(evaluator->graph, evaluator->monitoring.nodes,
                                                 evaluator->monitoring.node_count, &options, &err);
    bool valid = true;

    if (!function)
        return REPORT_AT(errors, err.code, self->component, "variables", "%s", err.message);
    for (size_t i = 0; i < function_source_count(function); i++) {
        if (delivers(evaluator->stream, function_source(function, i)))
            continue;
        valid = REPORT_AT(errors, ERROR_UNKNOWN_NAME, self->component, "variables",
                          "the source \"%.80s\" is needed, but the data stream \"%.80s\" does not deliver it",
                          function_source(function, i), settings->data_stream);
        error_list_hint(errors, "Add it to the sources of that stream, or leave the variable out.");
    }
    function_free(function);
    return valid;
}

static bool data_stream_monitoring_init(struct extension *self, const struct extension_context *context,
                                        struct error_list *errors)
{
    const struct data_stream_monitoring *settings = self->settings;
    struct dataset_evaluator *evaluator = self->state;
    const struct monitoring_settings monitoring = { .variables = settings->variables,
                                                    .prefix = settings->prefix,
                                                    .suffix = settings->suffix };
    struct error err;
    bool valid =
        monitoring_init(&evaluator->monitoring, self->component, &monitoring, false, context, errors);

    evaluator->graph = context->graph(context->context, false);
    if (valid)
        settle_ends(&evaluator->monitoring);
    valid &= read_updates(self, context, errors);
    evaluator->stream = context->stream(context->context, settings->data_stream, &err);
    if (!evaluator->stream)
        valid = REPORT_AT(errors, err.code, self->component, "data_stream", "%s", err.message);
    return valid && check_sources(self, errors);
}

static void data_stream_monitoring_fini(struct extension *self)
{
    dataset_evaluator_fini(self->state);
}

static bool data_stream_monitoring_attach(struct extension *self, struct error *err)
{
    return dataset_evaluator_compile(self->state, err);
}

static bool data_stream_monitoring_act(struct extension *self, const struct call *call, struct error *err)
{
    struct dataset_evaluator *evaluator = self->state;
    struct log *log = extension_log(self);

    (void)call;
    monitoring_reset_variables(&evaluator->monitoring);
    if (!monitoring_reset_quantities(&evaluator->monitoring, err) ||
        !dataset_evaluator_evaluate(evaluator, err))
        return false;
    monitoring_write_variables(&evaluator->monitoring, log);
    return monitoring_write_quantities(&evaluator->monitoring, log, err);
}

/* What a quantity keeps from one evaluation to the next. */
static bool data_stream_monitoring_save(const struct extension *self, struct text *out_json,
                                        struct error *err)
{
    return monitoring_save(&((const struct dataset_evaluator *)self->state)->monitoring, out_json, err);
}

static bool data_stream_monitoring_load(struct extension *self, const struct cJSON *saved, struct error *err)
{
    return monitoring_load(&((struct dataset_evaluator *)self->state)->monitoring, saved, err);
}

static void data_stream_monitoring_names(const struct extension *self, extension_name_fn *each, void *context)
{
    monitoring_each_name(&((const struct dataset_evaluator *)self->state)->monitoring, each, context);
}

static const struct monitoring *data_stream_monitoring_of(const struct extension *self, bool *out_training)
{
    *out_training = false;
    return &((const struct dataset_evaluator *)self->state)->monitoring;
}

const struct extension_type data_stream_monitoring_type = {
    .component = { .name = "DataStreamMonitoring",
                   .about = "Evaluates variables on a whole epoch of another data stream.",
                   .params = params,
                   .settings_size = sizeof(struct data_stream_monitoring) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "{prefix}_{variable}_{suffix}", NULL },
    .names = data_stream_monitoring_names,
    .state_size = sizeof(struct dataset_evaluator),
    .init = data_stream_monitoring_init,
    .fini = data_stream_monitoring_fini,
    .attach = data_stream_monitoring_attach,
    .act = data_stream_monitoring_act,
    .monitoring = data_stream_monitoring_of,
    .save = data_stream_monitoring_save,
    .load = data_stream_monitoring_load,
};
