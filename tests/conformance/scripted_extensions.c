/* tests/conformance/scripted_extensions.c -- Probe, RawProbe and ScriptedRecord; and eyes on all others; see
 * job.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/extensions/extensions.h"
#include "tests/conformance/job.h"

struct watched *watched_of(const struct extension *extension)
{
    return (struct watched *)(uintptr_t)extension->type;
}

/* ---- Actions ---- */

struct probe {
    int64_t calls;
};

static const struct state_field probe_state[] = { STATE(probe, calls, INTEGER), STATE_END };

static bool filters_hold(const cJSON *action, int64_t call, enum callback callback, const struct log *log)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(action, "call");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(action, "callback");
    const cJSON *done = cJSON_GetObjectItemCaseSensitive(action, "iterations_done");

    return (!number || (int64_t)number->valuedouble == call) &&
           (!name || strcmp(name->valuestring, callback_name(callback)) == 0) &&
           (!done || (int64_t)done->valuedouble == log_counters(log)->iterations_done);
}

static bool perform(struct job *job, const cJSON *action, struct log *log, struct error *err)
{
    const cJSON *effect, *entry;

    cJSON_ArrayForEach(effect, action)
    {
        if (strcmp(effect->string, "set_row") == 0) {
            cJSON_ArrayForEach(entry, effect)
            {
                log_set_current(log, entry->string, value_of_json(entry));
            }
        } else if (strcmp(effect->string, "set_status") == 0) {
            cJSON_ArrayForEach(entry, effect)
            {
                if (!log_status_set(log, entry->string, value_of_json(entry), err))
                    return false;
            }
        } else if (strcmp(effect->string, "signal") == 0) {
            if (!fault_signal(job, effect->valuestring, err))
                return false;
        } else if (strcmp(effect->string, "error") == 0) {
            return RAISE(err, ERROR_TRAINING, NULL, "%s", job_at(action, "message", effect->valuestring));
        }
    }
    return true;
}

static bool act_out(struct extension *self, enum callback callback, struct error *err)
{
    struct watched *watched = watched_of(self);
    struct log *log = extension_log(self);
    int64_t call = ++((struct probe *)self->state)->calls;
    const cJSON *action;

    watched->job->handlers_restored = callback == ON_ERROR || callback == AFTER_TRAINING;

    cJSON_ArrayForEach(action, cJSON_GetObjectItemCaseSensitive(watched->entry, "actions"))
    {
        if (filters_hold(action, call, callback, log) && !perform(watched->job, action, log, err))
            return false;
    }
    return true;
}

static bool probe_act(struct extension *self, const struct call *call, struct error *err)
{
    return act_out(self, call->event->callback, err);
}

static bool raw_probe_on(struct extension *self, const struct event *event, struct error *err)
{
    if (event->callback == ON_INTERRUPT && watched_of(self)->job->without_on_interrupt)
        return true;
    observe_call(watched_of(self), event, NULL, 0);
    return act_out(self, event->callback, err);
}

struct scripted_record {
    const char *record;
    const cJSON *values;
};

static const struct param scripted_record_params[] = { PARAM(scripted_record, record, TEXT, .required = true),
                                                       PARAM(scripted_record, values, JSON, .required = true),
                                                       PARAM_END };

static bool scripted_record_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct scripted_record *settings = self->settings;
    struct probe *position = self->state;
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(watched_of(self)->entry, "args");
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(arguments, "values");
    const cJSON *value = cJSON_GetArrayItem(values, (int)position->calls); /* as written: 2.0 is a float */

    if (value && !cJSON_IsNull(value))
        log_set_current(extension_log(self), settings->record, value_of_json(value));
    if (!cJSON_GetObjectItemCaseSensitive(watched_of(self)->entry, "actions")) {
        position->calls++;
        return true;
    }
    return act_out(self, call->event->callback, err);
}

static const struct extension_type probe_type = {
    .component = { .name = "Probe" },
    .takes_triggers = true,
    .state_size = sizeof(struct probe),
    .state = probe_state,
    .act = probe_act,
};

static const struct extension_type raw_probe_type = {
    .component = { .name = "RawProbe" },
    .state_size = sizeof(struct probe),
    .state = probe_state,
    .on = { raw_probe_on, raw_probe_on, raw_probe_on, raw_probe_on, raw_probe_on, raw_probe_on, raw_probe_on,
            raw_probe_on, raw_probe_on },
};

static const struct extension_type scripted_record_type = {
    .component = { .name = "ScriptedRecord",
                   .params = scripted_record_params,
                   .settings_size = sizeof(struct scripted_record) },
    .takes_triggers = true,
    .state_size = sizeof(struct probe),
    .state = probe_state,
    .act = scripted_record_act,
};

static const struct component_type *const types[] = {
    &checkpoint_type.component,
    &composite_extension_type.component,
    &data_stream_monitoring_type.component,
    &early_stopping_type.component,
    &finish_after_type.component,
    &finish_if_no_improvement_after_type.component,
    &load_type.component,
    &printing_type.component,
    &probe_type.component,
    &progress_bar_type.component,
    &raw_probe_type.component,
    &scripted_record_type.component,
    &shared_variable_modifier_type.component,
    &timestamp_type.component,
    &timing_type.component,
    &track_the_best_type.component,
    &training_data_monitoring_type.component,
    NULL,
};

const struct family scripted_family = {
    .name = "extension",
    .plural = "extensions",
    .types = types,
    .common = extension_common_params,
    .common_size = sizeof(struct extension_common),
};

/* ---- Eyes ---- */

static bool watched_act(struct extension *self, const struct call *call, struct error *err)
{
    struct watched *watched = watched_of(self);
    bool done;

    observe_call(watched, call->event, call->arguments, call->argument_count);
    done = watched->original->act(self, call, err);
    if (done && watched->original == &shared_variable_modifier_type)
        observe_number(watched);
    if (!done && watched->original == &load_type && err->code == ERROR_SHAPE)
        watched->job->load_failed = true;
    return done;
}

static bool watched_bar(struct extension *self, const struct event *event, struct error *err)
{
    struct watched *watched = watched_of(self);
    bool done = watched->original->on[event->callback](self, event, err);

    observe_bar(watched);
    return done;
}

static void watch(struct watched *watched, struct extension *extension)
{
    watched->original = extension->type;
    watched->type = *extension->type;
    watched->extension = extension;
    if (watched->type.act)
        watched->type.act = watched_act;
    for (int i = 0; i < CALLBACK_COUNT && watched->original == &progress_bar_type; i++)
        if (watched->type.on[i])
            watched->type.on[i] = watched_bar;
    extension->type = &watched->type;
}

/* ---- Building ---- */

static struct component *bind(struct job *job, const cJSON *entry, struct error_list *errors)
{
    struct json_document *document = &job->documents[job->document_count];
    struct binder binder = { .document = document, .errors = errors };
    cJSON *object = translate_extension(job, entry);
    char *text = cJSON_PrintUnformatted(object);
    struct component *component = NULL;

    cJSON_Delete(object);
    if (job->document_count == COUNT(job->documents)) {
        free(text);
        REPORT(errors, ERROR_LIMIT, NULL, "too many extensions");
        return NULL;
    }
    job->texts[job->document_count++] = text;
    if (!json_document_read(document, text, strlen(text), &json_limits_definition, errors) ||
        !bind_component(&binder, document->root, NULL, &scripted_family, &component))
        return NULL;
    return component;
}

static bool build_children(struct job *job, struct stage *stage, struct watched *watched,
                           struct error_list *errors)
{
    const cJSON *child;

    cJSON_ArrayForEach(child, cJSON_GetObjectItemCaseSensitive(watched->entry, "sub_extensions"))
    {
        struct watched *inside = watched_new(job, stage, child, errors);

        if (!inside)
            return false;
        extension_own_child(watched->extension, inside->extension);
    }
    return true;
}

struct watched *watched_new(struct job *job, struct stage *stage, const cJSON *entry,
                            struct error_list *errors)
{
    struct component *component = bind(job, entry, errors);
    struct extension *extension = component ? extension_new(component, &stage->context, errors) : NULL;
    struct watched *watched;

    if (!extension)
        return NULL;
    watched = memory_new(1, sizeof *watched);
    watched->job = job;
    watched->entry = entry;
    watch(watched, extension);
    stage->extensions[stage->extension_count++] = watched;
    return build_children(job, stage, watched, errors) ? watched : NULL;
}
