/* engine/definition/schedule.c -- see schedule.h. */
#include "engine/definition/schedule.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/extensions/extensions.h"

enum { UNKNOWN = -1 };

/* ---- The order of acting ---- */

static void add(struct schedule *schedule, const struct extension *extension)
{
    schedule->acting = memory_grow(schedule->acting, schedule->count + 1, sizeof(const struct extension *));
    schedule->acting[schedule->count++] = extension;
}

static void add_all(struct schedule *schedule, const struct extension *extension)
{
    if (!extension->children_first)
        add(schedule, extension);
    for (size_t i = 0; i < extension->owned_child_count; i++)
        add_all(schedule, extension->children[i]);
    if (extension->children_first)
        add(schedule, extension);
}

/* ---- The end ---- */

static bool counts(const struct predicate *predicate)
{
    return (predicate->kind == PREDICATE_EVERY || predicate->kind == PREDICATE_EQUAL) && predicate->whole;
}

/* The batch or epoch at whose end the condition holds for the first time; UNKNOWN: it may never. */
static int64_t first_time(const struct condition *condition)
{
    const struct predicate *predicate = &condition->predicate;

    if (predicate->kind == PREDICATE_ALWAYS)
        return 1;
    if (counts(predicate) && predicate->epochs == (condition->callback == AFTER_EPOCH) &&
        predicate->integer > 0)
        return predicate->integer;
    return UNKNOWN;
}

/* The training ends behind `batches`, or behind epoch `epochs` when that is not UNKNOWN. */
static void end_at(struct schedule *schedule, const struct extension *extension, int64_t batches,
                   int64_t epochs)
{
    const int64_t length = schedule->batches_per_epoch;

    if (epochs == UNKNOWN && length > 0)
        epochs = (batches - 1) / length; /* A finish at the last batch leaves the epoch unfinished. */
    else if (epochs != UNKNOWN && length > 0 && epochs < INT64_MAX / length)
        batches = epochs * length;
    if (batches != UNKNOWN && (schedule->batches == UNKNOWN || batches < schedule->batches ||
                               (batches == schedule->batches && epochs < schedule->epochs))) {
        schedule->batches = batches;
        schedule->ended_by = extension;
        if (length > 0)
            schedule->epochs = epochs;
    }
    if (epochs != UNKNOWN && (schedule->epochs == UNKNOWN || epochs < schedule->epochs)) {
        schedule->epochs = epochs;
        schedule->ended_by = extension;
    }
}

static void find_end(struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        for (size_t k = 0; extension->type == &finish_after_type && k < extension->conditions.count; k++) {
            const struct condition *condition = &extension->conditions.items[k];
            int64_t first = first_time(condition);

            if (first == UNKNOWN)
                continue;
            if (condition->callback == AFTER_BATCH)
                end_at(schedule, extension, first, UNKNOWN);
            else if (condition->callback == AFTER_EPOCH)
                end_at(schedule, extension, UNKNOWN, first);
        }
    }
}

void schedule_init(struct schedule *schedule, const struct assembly *assembly)
{
    int64_t batches = assembly->stream->type->batches_per_epoch(assembly->stream);

    *schedule = (struct schedule){ .stream = assembly->stream,
                                   .batches_per_epoch = batches > 0 ? batches : UNKNOWN,
                                   .batches = UNKNOWN,
                                   .epochs = UNKNOWN };
    for (size_t i = 0; i < assembly->extension_count; i++)
        add_all(schedule, assembly->extensions[i]);
    find_end(schedule);
}

void schedule_fini(struct schedule *schedule)
{
    free(schedule->acting);
    *schedule = (struct schedule){ 0 };
}

/* ---- How often ---- */

static int64_t epochs_begun(const struct schedule *schedule)
{
    if (schedule->batches_per_epoch <= 0 || schedule->batches == UNKNOWN)
        return schedule->epochs;
    return (schedule->batches - 1) / schedule->batches_per_epoch + 1;
}

int64_t schedule_rounds(const struct schedule *schedule, enum callback callback)
{
    switch (callback) {
    case BEFORE_TRAINING:
        return 1;
    case BEFORE_BATCH:
    case AFTER_BATCH:
        return schedule->batches;
    case BEFORE_EPOCH:
        return epochs_begun(schedule);
    case AFTER_EPOCH:
        return schedule->epochs;
    case AFTER_TRAINING:
        return schedule->ended_by ? 1 : UNKNOWN;
    case ON_RESUMPTION:
    case ON_ERROR:
    case ON_INTERRUPT:
    case CALLBACK_COUNT:
        break;
    }
    return UNKNOWN;
}

int64_t schedule_times(const struct schedule *schedule, const struct condition *condition)
{
    const struct predicate *predicate = &condition->predicate;
    const int64_t rounds = schedule_rounds(schedule, condition->callback);

    if (rounds == 0 || predicate->kind == PREDICATE_ALWAYS)
        return rounds;
    if (predicate->kind == PREDICATE_FIRST_EPOCH && condition->callback == BEFORE_EPOCH)
        return 1;
    if (rounds == UNKNOWN || !counts(predicate) || predicate->integer <= 0 ||
        (condition->callback != AFTER_BATCH && condition->callback != AFTER_EPOCH) ||
        predicate->epochs != (condition->callback == AFTER_EPOCH))
        return UNKNOWN;
    if (predicate->kind == PREDICATE_EVERY)
        return rounds / predicate->integer;
    return predicate->integer <= rounds;
}
