/* engine/extensions/early_stopping.c -- TrackTheBest and FinishIfNoImprovementAfter in one, with a checkpoint
 * of the best.
 *
 * The checkpoint gets a condition on every callback on which the tracking runs (Blocks: on after_batch only,
 * where the default triggers never notify anybody). */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/extensions.h"
#include "engine/extensions/finish_if_no_improvement_after.h"
#include "engine/extensions/track_the_best.h"

struct early_stopping {
    const char *record_name;
    const cJSON *checkpoint_extension;
    const char *checkpoint_filename;
    const char *notification_name;
    const char *choose_best;
    int64_t iterations, epochs;
};

/* The parts are built from components made here. */
struct early_stopping_state {
    cJSON *triggers; /* the object without its conditions: those are of this extension alone */
    struct component tracking, stopping;
    struct track_the_best tracking_settings;
    struct finish_if_no_improvement_after stopping_settings;
    char *notification_name;
    const struct extension *tracker;
};

static const struct param params[] = {
    PARAM(early_stopping, record_name, TEXT, .required = true, .about = "The record to watch."),
    PARAM(early_stopping, checkpoint_extension, JSON, .nullable = true,
          .about = "The name of a Checkpoint among the extensions, or a Checkpoint of its own, that saves "
                   "the best."),
    PARAM(early_stopping, checkpoint_filename, TEXT, .nullable = true, .about = "Where the best is saved."),
    PARAM(early_stopping, notification_name, TEXT, .nullable = true,
          .about = "The record for improvements; by default record_name with \"_best_so_far\"."),
    PARAM(early_stopping, choose_best, TEXT, .preset = "\"min\"",
          .about = "\"min\", \"max\", or function(value, best), which returns the better one of the two."),
    PARAM(early_stopping, iterations, INTEGER, .nullable = true, .min = 0, .max = 1e15,
          .about = "How many batches may pass without an improvement; either this or epochs."),
    PARAM(early_stopping, epochs, INTEGER, .nullable = true, .min = 0, .max = 1e15,
          .about = "How many epochs may pass without an improvement; either this or iterations."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_AFTER_EPOCH, 1 },
                                                   { TRIGGER_BEFORE_TRAINING, 1 },
                                                   TRIGGERS_END };

static struct component part(struct extension *self, const struct extension_type *type, void *settings)
{
    const struct early_stopping_state *state = self->state;

    return (struct component){
        .type = &type->component, .settings = settings, .pointer = self->base.pointer, .json = state->triggers
    };
}

/* Wrong triggers have been reported for the whole: the parts would repeat it. */
static bool triggers_are_valid(const struct extension *self)
{
    struct condition_list conditions = { 0 };
    struct error_list errors = { 0 };
    bool valid = triggers_read(self->component, NULL, &conditions, &errors);

    condition_list_fini(&conditions);
    error_list_fini(&errors);
    return valid;
}

static bool build_parts(struct extension *self, const struct extension_context *context,
                        struct error_list *errors)
{
    const struct early_stopping *settings = self->settings;
    struct early_stopping_state *state = self->state;
    struct extension *tracker, *stopper;

    state->tracking_settings = (struct track_the_best){ .record_name = settings->record_name,
                                                        .notification_name = state->notification_name,
                                                        .choose_best = settings->choose_best };
    state->stopping_settings =
        (struct finish_if_no_improvement_after){ .notification_name = state->notification_name,
                                                 .iterations = settings->iterations,
                                                 .epochs = settings->epochs };
    state->tracking = part(self, &track_the_best_type, &state->tracking_settings);
    state->stopping = part(self, &finish_if_no_improvement_after_type, &state->stopping_settings);
    tracker = extension_new(&state->tracking, context, errors);
    if (tracker)
        extension_own_child(self, tracker);
    stopper = extension_new(&state->stopping, context, errors);
    if (stopper)
        extension_own_child(self, stopper);
    state->tracker = tracker;
    return tracker && stopper;
}

/* Saves the best whenever the tracker has noted one in the current row. */
static void notify(struct extension *self, struct extension *checkpoint)
{
    const struct early_stopping *settings = self->settings;
    const struct early_stopping_state *state = self->state;
    unsigned callbacks = condition_list_callbacks(&state->tracker->conditions);

    for (int i = 0; i < CALLBACK_COUNT; i++) {
        struct condition condition = { .callback = (enum callback)i,
                                       .predicate = { .kind = PREDICATE_RECORD, .name = NULL } };

        if (!(callbacks & CALLBACK_BIT(i)))
            continue;
        condition.predicate.name = memory_text(state->notification_name);
        condition.arguments = memory_new(1, sizeof *condition.arguments);
        condition.arguments[0] = value_text(settings->checkpoint_filename);
        condition.argument_count = 1;
        extension_add_condition(checkpoint, condition);
    }
}

static bool own_checkpoint(struct extension *self, const struct extension_context *context,
                           struct error_list *errors)
{
    const struct early_stopping *settings = self->settings;
    struct extension *checkpoint;
    struct text pointer = { 0 };

    text_format(&pointer, "%s/checkpoint_extension", self->base.pointer);
    checkpoint =
        context->build(context->context, settings->checkpoint_extension, text_bytes(&pointer), errors);
    text_fini(&pointer);
    if (!checkpoint)
        return false;
    extension_own_child(self, checkpoint);
    if (((struct early_stopping_state *)self->state)->tracker)
        notify(self, checkpoint);
    return true;
}

static bool early_stopping_init(struct extension *self, const struct extension_context *context,
                                struct error_list *errors)
{
    const struct early_stopping *settings = self->settings;
    struct early_stopping_state *state = self->state;
    struct text name = { 0 };
    bool valid;

    if (settings->notification_name)
        text_add(&name, settings->notification_name);
    else
        text_format(&name, "%s_best_so_far", settings->record_name);
    state->notification_name = text_take(&name);
    state->triggers = cJSON_Duplicate(self->component->json, true);
    cJSON_DeleteItemFromObjectCaseSensitive(state->triggers, "conditions");
    valid = triggers_are_valid(self) && build_parts(self, context, errors);
    if (!settings->checkpoint_extension)
        return valid;
    if (!settings->checkpoint_filename || !settings->checkpoint_filename[0])
        valid = REPORT_AT(errors, ERROR_MISSING_MEMBER, self->component, NULL,
                          "\"checkpoint_filename\" is missing beside \"checkpoint_extension\"");
    else if (cJSON_IsObject(settings->checkpoint_extension))
        valid = own_checkpoint(self, context, errors) && valid;
    else if (!cJSON_IsString(settings->checkpoint_extension))
        valid = REPORT_AT(errors, ERROR_WRONG_TYPE, self->component, "checkpoint_extension",
                          "must be the name of a Checkpoint, or a Checkpoint");
    return valid;
}

static bool early_stopping_link(struct extension *self, const struct extension_context *context,
                                struct error_list *errors)
{
    const struct early_stopping *settings = self->settings;
    struct extension *checkpoint;
    struct error err;

    if (!cJSON_IsString(settings->checkpoint_extension))
        return true;
    checkpoint = context->extension(context->context, settings->checkpoint_extension->valuestring, &err);
    if (!checkpoint)
        return REPORT_AT(errors, err.code, self->component, "checkpoint_extension", "%s", err.message);
    if (!checkpoint->type->act)
        return REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "checkpoint_extension",
                         "\"%s\" has no conditions", checkpoint->base.name);
    notify(self, checkpoint);
    return true;
}

static void early_stopping_fini(struct extension *self)
{
    struct early_stopping_state *state = self->state;

    cJSON_Delete(state->triggers);
    free(state->notification_name);
}

static bool early_stopping_act(struct extension *self, const struct call *call, struct error *err)
{
    (void)self, (void)call, (void)err;
    return true;
}

static bool early_stopping_silent(const struct extension *self, const struct condition *condition)
{
    (void)self, (void)condition;
    return true;
}

const struct extension_type early_stopping_type = {
    .component = { .name = "EarlyStopping",
                   .about =
                       "Tracks the best value of a record, saves it, and stops when there is no improvement.",
                   .params = params,
                   .settings_size = sizeof(struct early_stopping) },
    .triggers = triggers,
    .takes_triggers = true,
    .composite = true,
    .records_written =
        (const char *const[]){ "{record_name}_best_so_far", "{record_name}_best_so_far_patience_epochs",
                               "training_finish_requested", NULL },
    .records_read = (const char *const[]){ "{record_name}", NULL },
    .status_written = (const char *const[]){ "best_{record_name}", NULL },
    .state_size = sizeof(struct early_stopping_state),
    .init = early_stopping_init,
    .link = early_stopping_link,
    .fini = early_stopping_fini,
    .act = early_stopping_act,
    .silent = early_stopping_silent,
};
