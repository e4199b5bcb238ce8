/* engine/extensions/checkpoint.c -- saves the training.
 *
 * To `path`, or to the argument of the condition that held.  The record saved_to lists every save of the row,
 * null for one that failed; it is written behind the save, so the saved log does not know of it. */
#include "engine/checkpoint/save.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/extensions/checkpoint_name.h"
#include "engine/extensions/extensions.h"
#include "engine/graph/graph.h"

struct checkpoint_settings {
    const char *path;
    struct text_list parameters, save_separately;
    bool save_main_loop, use_cpickle;
};

/* Names inside the job's own store. */
static bool path_check(const void *field, char *message, size_t message_bytes)
{
    const char *problem = checkpoint_name_problem(*(const char *const *)field);

    if (problem)
        snprintf(message, message_bytes, "%s", problem);
    return !problem;
}

static const struct param params[] = {
    PARAM(checkpoint_settings, path, TEXT, .required = true, .check = path_check,
          .about = "The name of the checkpoint, such as \"last.tar\"."),
    PARAM(checkpoint_settings, parameters, TEXTS, .nullable = true,
          .about = "The parameters to save; by default all of the model."),
    PARAM(checkpoint_settings, save_separately, TEXTS, .nullable = true,
          .about = "Parts to save as JSON members of their own: \"log\", \"status\", \"model\"."),
    PARAM(checkpoint_settings, save_main_loop, BOOLEAN, .preset = "true",
          .about = "Whether everything is saved that is needed to go on from there."),
    PARAM(checkpoint_settings, use_cpickle, BOOLEAN, .preset = "false",
          .about = "Has no effect; Blocks chose its serializer with it."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_AFTER_TRAINING, 1 }, TRIGGERS_END };

static bool is_part(const char *name)
{
    for (size_t i = 0; checkpoint_parts[i]; i++)
        if (strcmp(checkpoint_parts[i], name) == 0)
            return true;
    return false;
}

/* `model` is NULL where there are no graphs, because something else is wrong. */
static bool check_parameters(const struct extension *self, const struct variables *model,
                             struct error_list *errors)
{
    const struct text_list *parameters = &((const struct checkpoint_settings *)self->settings)->parameters;
    bool valid = true;

    for (size_t i = 0; model && i < parameters->count; i++) {
        const struct variable *variable = variables_find(model, parameters->items[i]);

        if (!variable || variable->role != VARIABLE_PARAMETER)
            valid = REPORT_AT(errors, ERROR_UNKNOWN_NAME, self->component, "parameters",
                              "the model has no parameter \"%.80s\"", parameters->items[i]);
        for (size_t j = 0; j < i; j++)
            if (strcmp(parameters->items[i], parameters->items[j]) == 0)
                valid = REPORT_AT(errors, ERROR_DUPLICATE, self->component, "parameters",
                                  "\"%.80s\" is there twice", parameters->items[i]);
    }
    return valid;
}

static bool checkpoint_init(struct extension *self, const struct extension_context *context,
                            struct error_list *errors)
{
    const struct checkpoint_settings *settings = self->settings;
    const struct graph *graph = context->graph ? context->graph(context->context, true) : NULL;
    bool valid = check_parameters(self, graph ? graph_variables(graph) : NULL, errors);

    for (size_t i = 0; i < settings->save_separately.count; i++) {
        const char *part = settings->save_separately.items[i];

        if (is_part(part))
            continue;
        REPORT_AT(errors, ERROR_UNKNOWN_NAME, self->component, "save_separately",
                  "\"%.60s\" cannot be saved separately", part);
        valid = error_list_hint(errors, "Parts are \"log\", \"status\" and \"model\".");
    }
    return valid;
}

static bool destination(const struct extension *self, const struct call *call, const char **out,
                        struct error *err)
{
    const char *problem;

    *out = ((const struct checkpoint_settings *)self->settings)->path;
    if (call->argument_count == 0)
        return true;
    if (call->argument_count != 1 || call->arguments[0].kind != VALUE_TEXT)
        return RAISE(err, ERROR_INVALID_VALUE, NULL,
                     "Checkpoint takes one argument from a condition, a path");
    *out = call->arguments[0].text;
    problem = checkpoint_name_problem(*out);
    return !problem || RAISE(err, ERROR_INVALID_VALUE, NULL, "\"%s\" %s", *out, problem);
}

static bool save(struct extension *self, const char *path, struct error *err)
{
    static const char *const none[1];
    const struct checkpoint_settings *settings = self->settings;
    const struct main_loop *loop = self->base.main_loop;
    const char *const *parameters = settings->parameters.count ? settings->parameters.items : none;
    const struct checkpoint_request request = {
        .name = path,
        .save_main_loop = settings->save_main_loop,
        .parameters = settings->parameters.given ? parameters : NULL,
        .parameter_count = settings->parameters.count,
        .save_separately = settings->save_separately.items,
        .save_separately_count = settings->save_separately.count,
    };

    return log_flush(loop->parts.log, loop->parts.sink, err) && checkpoint_save(loop, &request, err);
}

static bool checkpoint_act(struct extension *self, const struct call *call, struct error *err)
{
    struct log *log = extension_log(self);
    struct value already = log_get_current(log, "saved_to"), saved_to;
    const char *path = NULL;
    bool saved = destination(self, call, &path, err) && save(self, path, err);

    saved_to = already.kind == VALUE_LIST ? value_copy(&already) : value_tuple();
    value_append(&saved_to, saved ? value_text(path) : value_none());
    log_set_current(log, "saved_to", saved_to);
    return saved;
}

const struct extension_type checkpoint_type = {
    .component = { .name = "Checkpoint",
                   .about = "Saves the training, so that it can be continued or its parameters used.",
                   .params = params,
                   .settings_size = sizeof(struct checkpoint_settings) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "saved_to", NULL },
    .init = checkpoint_init,
    .act = checkpoint_act,
};
