/* engine/definition/record_uses.c -- see record_uses.h. */
#include "engine/definition/record_uses.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/extensions/scripted.h"
#include "engine/script/record_names.h"

/* More than a person writes; what comes behind them is not judged, so that a plan stays cheap. */
enum { USES_MAX = 1000 };

/* The extension, or the condition of it, that is being asked. */
struct asked {
    struct record_uses *uses;
    size_t place;       /* of the extension */
    unsigned callbacks; /* where it acts */
    bool by_function;
};

static unsigned acting_callbacks(const struct schedule *schedule, const struct extension *extension)
{
    unsigned callbacks = 0;

    if (extension->type->scripted && scripted_changes_conditions(extension))
        return CALLBACKS_ALL;
    for (int i = 0; i < CALLBACK_COUNT; i++)
        if (extension->type->on[i])
            callbacks |= CALLBACK_BIT(i);
    if (extension->type->callbacks)
        callbacks &= extension->type->callbacks(extension);
    for (size_t i = 0; extension->type->act && i < extension->conditions.count; i++) {
        const struct condition *condition = &extension->conditions.items[i];

        if ((!extension->type->silent || !extension->type->silent(extension, condition)) &&
            schedule_times(schedule, condition) != 0)
            callbacks |= CALLBACK_BIT(condition->callback);
    }
    return callbacks;
}

static void add_name(void *context, const char *record, bool written)
{
    const struct asked *asked = context;
    struct record_uses *uses = asked->uses;

    for (size_t i = uses->count; i-- > 0 && uses->items[i].place == asked->place;)
        if (uses->items[i].written == written && strcmp(uses->items[i].record, record) == 0) {
            uses->items[i].callbacks |= asked->callbacks;
            return;
        }
    if (uses->count == USES_MAX)
        return;
    uses->items = memory_grow(uses->items, uses->count + 1, sizeof *uses->items);
    /* A name may be spelled out for the time of the call only. */
    uses->items[uses->count++] = (struct record_use){ .record = arena_text(&uses->names, record),
                                                      .place = asked->place,
                                                      .callbacks = asked->callbacks,
                                                      .written = written,
                                                      .by_function = asked->by_function };
}

static void ask_extension(struct record_uses *uses, size_t place)
{
    const struct extension *extension = uses->schedule->acting[place];
    const unsigned callbacks = acting_callbacks(uses->schedule, extension);
    struct asked asked = { uses, place, callbacks, extension->type->scripted };

    if (!extension->type->names_at) {
        extension_each_own_name(extension, add_name, &asked);
        return;
    }
    for (int i = 0; i < CALLBACK_COUNT; i++) {
        asked.callbacks = CALLBACK_BIT(i);
        if (callbacks & asked.callbacks)
            extension->type->names_at(extension, (enum callback)i, add_name, &asked);
    }
}

static void ask_condition(struct record_uses *uses, size_t place, const struct condition *condition)
{
    const struct predicate *predicate = &condition->predicate;
    struct asked asked = { uses, place, CALLBACK_BIT(condition->callback),
                           predicate->kind == PREDICATE_FUNCTION };

    if (predicate->kind == PREDICATE_RECORD)
        add_name(&asked, predicate->name, false);
    else if (predicate->kind == PREDICATE_FUNCTION)
        script_records_each(script_function_source(predicate->function), add_name, &asked);
}

/* A loaded log, or a function of the user that puts names together. */
static bool has_other_writers(const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];

        if ((extension->type->scripted && scripted_writes_others(extension)) ||
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(extension->component->json, "load_log")))
            return true;
    }
    return false;
}

void record_uses_collect(struct record_uses *uses, const struct schedule *schedule)
{
    *uses = (struct record_uses){ .schedule = schedule, .others = has_other_writers(schedule) };
    for (size_t place = 0; place < schedule->count; place++) {
        const struct extension *extension = schedule->acting[place];

        ask_extension(uses, place);
        for (size_t i = 0; i < extension->conditions.count; i++)
            ask_condition(uses, place, &extension->conditions.items[i]);
    }
}

void record_uses_fini(struct record_uses *uses)
{
    free(uses->items);
    arena_fini(&uses->names);
}
