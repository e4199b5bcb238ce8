/* engine/definition/plan_warnings.c -- what is allowed, but hardly meant. */
#include <stdio.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/definition/plan_parts.h"
#include "engine/extensions/extensions.h"

void warnings_add(struct warnings *warnings, const char *code, const struct extension *extension,
                  const char *format, ...)
{
    struct error warning;
    va_list arguments;
    char message[sizeof warning.message];
    const size_t count = warnings->list.count;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    RAISE(&warning, ERROR_INVALID_VALUE, NULL, "%s", message);
    snprintf(warning.pointer, sizeof warning.pointer, "%s",
             extension ? extension->base.pointer : "/extensions");
    error_list_add(&warnings->list, &warning);
    if (warnings->list.count > count)
        warnings->codes[count] = code;
}

void warnings_place(struct warnings *warnings, const char *member)
{
    struct error *newest = &warnings->list.items[warnings->list.count - 1];
    const size_t length = strlen(newest->pointer);

    if (!warnings->list.truncated)
        snprintf(newest->pointer + length, sizeof newest->pointer - length, "/%s", member);
}

/* ---- Ending ---- */

static bool is_looked_for(const struct condition *condition)
{
    return condition->callback == AFTER_BATCH || condition->callback == AFTER_EPOCH;
}

/* A finish request is looked for behind after_batch and after_epoch only. */
static void warn_of_vain_finish(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        for (size_t k = 0; extension->type == &finish_after_type && k < extension->conditions.count; k++)
            if (!is_looked_for(&extension->conditions.items[k]))
                WARN(warnings, "finish_without_effect", extension,
                     "a finish requested at %s has no effect: it is looked for behind after_batch and "
                     "after_epoch",
                     callback_name(extension->conditions.items[k].callback));
    }
}

struct finish_search {
    bool found;
};

static void look_for_finish(void *context, const char *record, bool written)
{
    struct finish_search *search = context;

    search->found |= written && strcmp(record, "training_finish_requested") == 0;
}

static bool may_finish(const struct extension *extension)
{
    struct finish_search search = { false };
    bool looked_for = false;

    if (extension->type->scripted) {
        char *source = cJSON_PrintUnformatted(extension->component->json);
        search.found = source && strstr(source, "finish_requested");
        cJSON_free(source);
        return search.found;
    }
    extension_each_own_name(extension, look_for_finish, &search);
    for (size_t i = 0; i < extension->conditions.count; i++)
        looked_for |= is_looked_for(&extension->conditions.items[i]);
    return search.found && looked_for;
}

static void warn_of_endlessness(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++)
        if (may_finish(schedule->acting[i]))
            return;
    WARN(warnings, "no_end", NULL, "nothing ends the training: it goes on until it is interrupted");
    error_list_hint(&warnings->list, "FinishAfter, with after_n_epochs or after_n_batches, ends it.");
}

/* ---- Acting ---- */

static const char *noun_of(const struct condition *condition)
{
    return condition->callback == AFTER_EPOCH ? "epochs" : "batches";
}

static void warn_of_vain_triggers(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        if (extension->type == &finish_after_type)
            continue; /* Several ends of which one comes first are usual. */
        for (size_t k = 0; k < extension->conditions.count; k++) {
            const struct condition *condition = &extension->conditions.items[k];
            const bool equal = condition->predicate.kind == PREDICATE_EQUAL;

            if ((equal || condition->predicate.kind == PREDICATE_EVERY) &&
                schedule_times(schedule, condition) == 0)
                WARN(warnings, "trigger_never_fires", extension,
                     "%s_n_%s %lld never fires: the training ends with %lld %s", equal ? "after" : "every",
                     noun_of(condition), (long long)condition->predicate.integer,
                     (long long)schedule_rounds(schedule, condition->callback), noun_of(condition));
        }
    }
}

static bool never_acts(const struct schedule *schedule, const struct extension *extension)
{
    if (extension->type->composite)
        return false;
    for (int i = 0; i < CALLBACK_COUNT; i++)
        if (extension->type->on[i] && !extension->type->callbacks)
            return false;
    if (extension->type->callbacks && extension->type->callbacks(extension))
        return false;
    for (size_t i = 0; extension->type->act && i < extension->conditions.count; i++) {
        const struct condition *condition = &extension->conditions.items[i];

        if (schedule_times(schedule, condition) != 0 &&
            (!extension->type->silent || !extension->type->silent(extension, condition)))
            return false;
    }
    return true;
}

static void warn_of_idleness(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        if (!never_acts(schedule, extension))
            continue;
        WARN(warnings, "never_acts", extension, "%s never acts", extension->base.type_name);
        error_list_hint(&warnings->list, extension->type->takes_triggers
                                             ? "Give it a trigger, such as \"after_epoch\": true."
                                             : "Give it a function for a callback, such as after_epoch.");
    }
}

/* ---- All ---- */

void plan_add_warnings(const struct assembly *assembly, const struct schedule *schedule, cJSON *plan)
{
    static void (*const checks[])(const struct schedule *schedule, struct warnings *warnings) = {
        warn_of_endlessness,  warn_of_vain_finish, warn_of_vain_triggers,
        warn_of_idleness,     warn_of_records,     warn_of_empty_aggregates,
        warn_of_shared_names, warn_of_status,      warn_of_smaller_batches,
    };
    struct warnings warnings = { 0 };
    cJSON *array = cJSON_AddArrayToObject(plan, "warnings");

    for (size_t i = 0; i < COUNT(checks); i++)
        checks[i](schedule, &warnings);
    json_locate_errors(assembly->definition->text, strlen(assembly->definition->text), &warnings.list);
    for (size_t i = 0; i < warnings.list.count; i++) {
        const struct error *warning = &warnings.list.items[i];
        cJSON *json = cJSON_CreateObject();

        cJSON_AddStringToObject(json, "code", warnings.codes[i]);
        cJSON_AddStringToObject(json, "pointer", warning->pointer);
        cJSON_AddNumberToObject(json, "line", warning->json_line);
        cJSON_AddNumberToObject(json, "column", warning->json_column);
        cJSON_AddStringToObject(json, "message", warning->message);
        cJSON_AddItemToObject(json, "hint",
                              *warning->hint ? cJSON_CreateString(warning->hint) : cJSON_CreateNull());
        cJSON_AddItemToArray(array, json);
    }
    error_list_fini(&warnings.list);
}
