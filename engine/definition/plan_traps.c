/* engine/definition/plan_traps.c -- warnings about extensions that disturb each other, or themselves, in ways
 * that surprise users of Blocks. */
#include <string.h>

#include "engine/definition/plan_parts.h"
#include "engine/extensions/extensions.h"
#include "engine/extensions/monitoring.h"
#include "engine/extensions/scripted.h"
#include "engine/extensions/track_the_best.h"

/* ---- A value that is written over by an empty one ---- */

static bool holds_at(const struct schedule *schedule, const struct condition *condition, int64_t batch)
{
    const struct predicate *predicate = &condition->predicate;

    if (predicate->kind == PREDICATE_ALWAYS)
        return true;
    if (predicate->kind != PREDICATE_EVERY || !predicate->whole || predicate->integer <= 0)
        return false;
    if (!predicate->epochs)
        return batch % predicate->integer == 0;
    return schedule->batches_per_epoch > 0 && batch / schedule->batches_per_epoch % predicate->integer == 0;
}

static const struct condition *writing_condition(const struct schedule *schedule,
                                                 const struct extension *extension, enum callback callback,
                                                 int64_t batch)
{
    for (size_t i = 0; i < extension->conditions.count; i++) {
        const struct condition *condition = &extension->conditions.items[i];

        if (condition->callback == callback && !extension->type->silent(extension, condition) &&
            holds_at(schedule, condition, batch))
            return condition;
    }
    return NULL;
}

/* At the end of an epoch, of all epochs there are: what was written behind the last batch, or behind the
 * epoch, is written again with no batch in between. */
void warn_of_empty_aggregates(const struct schedule *schedule, struct warnings *warnings)
{
    const int64_t length = schedule->batches_per_epoch;

    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];
        const int64_t last = schedule->epochs > 0 ? length * schedule->epochs : length;
        const char *first = NULL, *second = NULL;

        if (extension->type != &training_data_monitoring_type || length <= 0)
            continue;
        if (writing_condition(schedule, extension, AFTER_EPOCH, length)) {
            first = writing_condition(schedule, extension, AFTER_BATCH, length) ? "after_batch" : NULL;
            second = "after_epoch";
        }
        if (!first && writing_condition(schedule, extension, AFTER_TRAINING, last)) {
            first = writing_condition(schedule, extension, AFTER_EPOCH, last)   ? "after_epoch"
                    : writing_condition(schedule, extension, AFTER_BATCH, last) ? "after_batch"
                                                                                : NULL;
            second = "after_training";
        }
        if (!first)
            continue;
        WARN(warnings, "empty_aggregate", extension,
             "what is written at %s is written over at %s by the aggregate of no batches: nan for means",
             first, second);
        error_list_hint(&warnings->list, "Keep one of the triggers, or use two extensions with prefixes.");
    }
}

/* ---- Two extensions, one name ---- */

static bool evaluates(const struct extension *extension)
{
    return extension->type->monitoring != NULL;
}

static const struct monitoring *monitoring_of(const struct extension *extension)
{
    bool training;

    return extension->type->monitoring(extension, &training);
}

static void compare_monitored(const struct extension *first, const struct extension *second,
                              struct warnings *warnings)
{
    const struct monitoring *a = monitoring_of(first), *b = monitoring_of(second);

    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            if (strcmp(a->items[i].record, b->items[k].record) != 0)
                continue;
            WARN(warnings, "record_written_twice", second,
                 "\"%.60s\" and \"%.60s\" both write the record \"%.100s\"", first->base.name,
                 second->base.name, a->items[i].record);
            error_list_hint(&warnings->list, "Give one of them a prefix.");
            return;
        }
    }
}

/* NULL: it tracks nothing. */
static const char *tracked_record(const struct extension *extension)
{
    return extension->type == &track_the_best_type
               ? ((const struct track_the_best *)extension->settings)->record_name
               : NULL;
}

void warn_of_shared_names(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *second = schedule->acting[i];

        for (size_t k = 0; k < i; k++) {
            const struct extension *first = schedule->acting[k];
            const char *record = tracked_record(second);

            if (evaluates(first) && evaluates(second))
                compare_monitored(first, second, warnings);
            if (record && tracked_record(first) && strcmp(record, tracked_record(first)) == 0)
                WARN(warnings, "status_shared", second,
                     "\"%.60s\" and \"%.60s\" keep the best value in the same status entry \"best_%.100s\" "
                     "and "
                     "disturb each other",
                     first->base.name, second->base.name, record);
        }
    }
}

/* ---- Status entries that nobody writes ---- */

/* Of the main loop, of an extension that tracks a best value, or spelled out in a function. */
static bool may_be_written(const struct schedule *schedule, const char *key)
{
    static const char *const of_main_loop[] = {
        "iterations_done",          "epochs_done",          "resumed_from",
        "training_started",         "epoch_started",        "epoch_interrupt_received",
        "batch_interrupt_received", "received_first_batch", "_epoch_ends"
    };
    const size_t prefix = strlen("best_");

    for (size_t i = 0; i < COUNT(of_main_loop); i++)
        if (strcmp(of_main_loop[i], key) == 0)
            return true;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];
        const char *record = tracked_record(extension);

        if (record && strncmp(key, "best_", prefix) == 0 && strcmp(key + prefix, record) == 0)
            return true;
        if ((extension->type->scripted && scripted_mentions(extension, key)) ||
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(extension->component->json, "load_log")))
            return true;
    }
    return false;
}

void warn_of_status(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        for (size_t k = 0; k < extension->conditions.count; k++) {
            const struct predicate *predicate = &extension->conditions.items[k].predicate;

            if (predicate->kind == PREDICATE_STATUS && !may_be_written(schedule, predicate->name))
                WARN(warnings, "status_never_written", extension, "nobody writes the status entry \"%.100s\"",
                     predicate->name);
        }
    }
}
