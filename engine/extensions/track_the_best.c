/* engine/extensions/track_the_best.c -- notes in the log when a record is the best seen so far.
 *
 * The champion lives in the status and not here: it survives a resumption, and two trackers of one record
 * share it. A new best differs from the old one and is what the choice between both returns: ties are no
 * improvement, a first NaN becomes the best and any number replaces it. */
#include "engine/extensions/track_the_best.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/extensions/extensions.h"

struct tracker {
    char *best_name, *notification_name;
    int sign;                         /* of min 1, of max -1, of a function 0 */
    struct script_function *function; /* of (value, best) */
};

static const struct param params[] = {
    PARAM(track_the_best, record_name, TEXT, .required = true, .about = "The record to watch."),
    PARAM(track_the_best, notification_name, TEXT, .nullable = true,
          .about = "The record to write; by default record_name with \"_best_so_far\"."),
    PARAM(track_the_best, choose_best, TEXT, .preset = "\"min\"",
          .about = "\"min\", \"max\", or function(value, best), which returns the better one of the two."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_AFTER_EPOCH, 1 }, TRIGGERS_END };

static bool compile(struct extension *self, const struct extension_context *context,
                    struct error_list *errors)
{
    const struct track_the_best *settings = self->settings;
    struct tracker *tracker = self->state;
    char pointer[sizeof((struct error *)0)->pointer];
    const struct script_signature *signature;
    struct error err;

    snprintf(pointer, sizeof pointer, "%.240s/choose_best", self->base.pointer);
    tracker->function = script_function_new(context->script, settings->choose_best, pointer, &err);
    if (!tracker->function) {
        error_list_add(errors, &err);
        return error_list_hint(errors, "choose_best is \"min\", \"max\" or a function of two values.");
    }
    signature = script_function_signature(tracker->function);
    if (signature->parameters == 2 || (signature->variadic && signature->parameters < 2))
        return true;
    return REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "choose_best",
                     "a function of %d parameters is called with the value and the best one",
                     signature->parameters);
}

static bool track_the_best_init(struct extension *self, const struct extension_context *context,
                                struct error_list *errors)
{
    const struct track_the_best *settings = self->settings;
    struct tracker *tracker = self->state;
    struct text name = { 0 };

    text_format(&name, "best_%s", settings->record_name);
    tracker->best_name = text_take(&name);
    if (settings->notification_name && settings->notification_name[0])
        text_add(&name, settings->notification_name);
    else
        text_format(&name, "%s_best_so_far", settings->record_name);
    tracker->notification_name = text_take(&name);
    if (strcmp(settings->choose_best, "min") == 0)
        tracker->sign = 1;
    else if (strcmp(settings->choose_best, "max") == 0)
        tracker->sign = -1;
    else
        return compile(self, context, errors);
    return true;
}

static void track_the_best_fini(struct extension *self)
{
    struct tracker *tracker = self->state;

    free(tracker->best_name);
    free(tracker->notification_name);
    script_function_free(tracker->function);
}

/* As Python: texts have an order of their own. */
static bool is_less(const struct value *a, const struct value *b, bool *out)
{
    double left, right;

    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT) {
        *out = strcmp(a->text, b->text) < 0;
        return true;
    }
    if (!value_as_real(a, &left) || !value_as_real(b, &right))
        return false;
    *out = left < right;
    return true;
}

/* What min, max or the function choose equals `value`. */
static bool is_chosen(struct extension *self, const struct value *value, const struct value *best, bool *out,
                      struct error *err)
{
    const struct tracker *tracker = self->state;
    const struct script_argument arguments[] = { SCRIPT_VALUE_ARGUMENT(value), SCRIPT_VALUE_ARGUMENT(best) };
    bool minimum = tracker->sign > 0, best_is_better;
    struct value chosen;

    if (!tracker->function) {
        if (!is_less(minimum ? best : value, minimum ? value : best, &best_is_better))
            return RAISE(err, ERROR_INVALID_VALUE, NULL, "these values have no order, and so no best one");
        /* As Python: of equal ones and with NaN the first one, which is the value; but NaN equals nothing. */
        *out = !best_is_better && value_equal(value, value);
        return true;
    }
    if (!script_function_call(tracker->function, arguments, 2, &chosen, 1, err))
        return false;
    *out = value_equal(&chosen, value);
    value_fini(&chosen);
    return true;
}

static bool is_better(struct extension *self, const struct value *value, const struct value *best, bool *out,
                      struct error *err)
{
    if (best->kind == VALUE_NONE) {
        *out = true;
        return true;
    }
    *out = false;
    return value_equal(value, best) || is_chosen(self, value, best, out, err);
}

static bool track_the_best_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct track_the_best *settings = self->settings;
    const struct tracker *tracker = self->state;
    struct log *log = extension_log(self);
    struct value value = log_get_current(log, settings->record_name), best = value_none();
    bool better, compared;

    (void)call;
    if (value.kind == VALUE_NONE)
        return true; /* Not recorded in this row: nothing to compare. */
    if (!log_status_get(log, tracker->best_name, &best))
        best = value_none();
    compared = is_better(self, &value, &best, &better, err);
    value_fini(&best);
    if (!compared || !better)
        return compared;
    if (!log_status_set(log, tracker->best_name, value_copy(&value), err))
        return false;
    log_set_current(log, tracker->notification_name, value_boolean(true));
    return true;
}

static void track_the_best_names(const struct extension *self, extension_name_fn *each, void *context)
{
    each(context, ((const struct track_the_best *)self->settings)->record_name, false);
    each(context, ((const struct tracker *)self->state)->notification_name, true);
}

const struct extension_type track_the_best_type = {
    .component = { .name = "TrackTheBest",
                   .about = "Writes a record whenever another record reaches its best value so far.",
                   .params = params,
                   .settings_size = sizeof(struct track_the_best) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "{record_name}_best_so_far", NULL },
    .records_read = (const char *const[]){ "{record_name}", NULL },
    .status_written = (const char *const[]){ "best_{record_name}", NULL },
    .names = track_the_best_names,
    .state_size = sizeof(struct tracker),
    .init = track_the_best_init,
    .fini = track_the_best_fini,
    .act = track_the_best_act,
};
