/* tests/conformance/scripted_extensions.c -- Probe, RawProbe and ScriptedRecord; and eyes on all others; see
 * job.h. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/load.h"
#include "engine/extensions/extensions.h"
#include "engine/extensions/progress_bar.h"
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
    struct probe *probe = self->state;
    int64_t call = callback == ON_INTERRUPT ? 0 : ++probe->calls; /* cases count without it */
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
    bool done;

    if (event->callback == ON_INTERRUPT && watched_of(self)->job->as_in_blocks)
        return true;
    observe_call(watched_of(self), event, NULL, 0);
    done = act_out(self, event->callback, err);
    sqlite_keep(watched_of(self)->job);
    return done;
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
    &simple_extension_type.component,
    &timestamp_type.component,
    &timing_type.component,
    &track_the_best_type.component,
    &training_data_monitoring_type.component,
    &training_extension_type.component,
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

/* ---- Deliberate differences undone ---- */

/* Blocks takes the error for a path. */
static bool fail_to_save(struct extension *self, struct error *err)
{
    struct value already = log_get_current(extension_log(self), "saved_to"), saved_to;

    saved_to = already.kind == VALUE_LIST ? value_copy(&already) : value_tuple();
    value_append(&saved_to, value_none());
    log_set_current(extension_log(self), "saved_to", saved_to);
    return RAISE(err, ERROR_INVALID_VALUE, NULL, "an error is no path");
}

static void keep_written(void *context, const char *record, bool written)
{
    if (written)
        *(const char **)context = record;
}

/* Its own patience, not that of another one in the same row. */
static bool is_overdrawn(const struct extension *self)
{
    const char *record = NULL;
    struct value patience;

    self->type->names(self, keep_written, &record);
    patience = log_get_current(extension_log(self), record);
    return patience.kind == VALUE_INTEGER && patience.integer < 0;
}

/* Only a patience of exactly 0 finishes.  A record that was not there before becomes REQUEST_TAKEN_BACK,
 * which is not observed. */
static bool stop_at_zero(struct extension *self, const struct call *call, struct error *err)
{
    struct log *log = extension_log(self);
    struct value requested = log_get_current(log, "training_finish_requested");
    bool done;

    requested = log_has(log, log_counters(log)->iterations_done, "training_finish_requested")
                    ? value_copy(&requested)
                    : value_text(REQUEST_TAKEN_BACK);
    done = watched_of(self)->original->act(self, call, err);
    if (is_overdrawn(self))
        log_set_current(log, "training_finish_requested", requested);
    else
        value_fini(&requested);
    return done;
}

static bool saved_in_an_epoch(const struct job *job, const char *path)
{
    struct error err;
    char file[PATH_MAX];
    struct checkpoint *checkpoint =
        job->sink.checkpoint_find(job->sink.context, path, file, &err) ? checkpoint_open(file, &err) : NULL;
    struct log *log = log_new();
    bool in_epoch = checkpoint && checkpoint_has_main_loop(checkpoint) &&
                    checkpoint_load_log(checkpoint, log, false, &err) && log_counters(log)->epoch_started;

    checkpoint_close(checkpoint);
    log_free(log);
    return in_epoch;
}

/* The epoch of the loaded log goes on, whatever the stream is at. */
static bool load_as_it_was(struct extension *self, const struct call *call, struct error *err)
{
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(watched_of(self)->entry, "args");
    bool in_epoch = saved_in_an_epoch(watched_of(self)->job, job_at(arguments, "path", ""));
    bool done = watched_of(self)->original->act(self, call, err);
    struct log *log = extension_log(self);

    if (done && cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(arguments, "load_log")) &&
        log_has(log, log_counters(log)->iterations_done, "loaded_from"))
        log_counters_edit(log)->epoch_started = in_epoch;
    return done;
}

/* It becomes a child at every before_training, even when it is one already. */
void watched_adopt(struct watched *watched)
{
    watched->checkpoint->extension->base.main_loop = watched->extension->base.main_loop;
    extension_add_child(watched->extension, watched->checkpoint->extension);
    watched->adoptions++;
}

static bool act_as_in_blocks(struct extension *self, const struct call *call, struct error *err)
{
    const struct extension_type *original = watched_of(self)->original;

    if (original == &checkpoint_type && call->event->callback == ON_ERROR)
        return fail_to_save(self, err);
    if (original == &finish_if_no_improvement_after_type)
        return stop_at_zero(self, call, err);
    if (original == &load_type)
        return load_as_it_was(self, call, err);
    if (watched_of(self)->checkpoint && call->event->callback == BEFORE_TRAINING)
        watched_adopt(watched_of(self));
    return original->act(self, call, err);
}

static bool watched_act(struct extension *self, const struct call *call, struct error *err)
{
    struct watched *watched = watched_of(self);
    bool done;

    observe_resumption(watched->job); /* before Load puts another log in its place */
    observe_call(watched, call->event, call->arguments, call->argument_count);
    done = watched->job->as_in_blocks ? act_as_in_blocks(self, call, err)
                                      : watched->original->act(self, call, err);
    sqlite_keep(watched->job);
    if (done && watched->original == &finish_if_no_improvement_after_type)
        watched->job->patience_was_overdrawn |= is_overdrawn(self);
    if (watched->original == &checkpoint_type)
        sqlite_note_save(watched, call->argument_count);
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

    if (event->callback != BEFORE_EPOCH) /* there the counter alone goes back, unseen */
        observe_bar(watched);
    else
        watched->bar_step = progress_bar_of(self)->step;
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

/* The parts of early stopping have no entries of their own. */
static void watch_parts(struct job *job, struct stage *stage, struct extension *extension)
{
    static const cJSON nobody = { .type = cJSON_Object };

    for (size_t i = 0; i < extension->owned_child_count; i++) {
        struct watched *part;

        if (extension->children[i]->type != &finish_if_no_improvement_after_type)
            continue;
        part = memory_new(1, sizeof *part);
        part->job = job;
        part->entry = &nobody;
        watch(part, extension->children[i]);
        stage->extensions[stage->extension_count++] = part;
    }
}

/* As in Blocks: a checkpoint that is not listed is built beside the early stopping that uses it. */
static bool build_checkpoint(struct job *job, struct stage *stage, struct watched *watched,
                             struct error_list *errors)
{
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(watched->entry, "args"), *entry;
    const char *id = job_at(arguments, "checkpoint_extension", NULL);

    cJSON_ArrayForEach(entry, stage->entries)
    {
        if (!id || strcmp(job_at(entry, "id", ""), id) != 0 ||
            !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(entry, "listed")))
            continue;
        watched->checkpoint = watched_new(job, stage, entry, errors);
        if (!watched->checkpoint)
            return false;
        stage->unlisted[stage->unlisted_count++] = watched->checkpoint->extension;
    }
    return true;
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
    if (watched->original == &early_stopping_type) {
        watch_parts(job, stage, extension);
        if (job->as_in_blocks && !build_checkpoint(job, stage, watched, errors))
            return NULL;
    }
    return build_children(job, stage, watched, errors) ? watched : NULL;
}
