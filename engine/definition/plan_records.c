/* engine/definition/plan_records.c -- warnings about records that are read before they are written, or that
 * nobody writes.
 *
 * A row is filled from after_batch to the next before_batch; what an extension reads has to have been written
 * at an earlier callback of the row, or at the same callback by an extension before it. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/definition/plan_parts.h"
#include "engine/extensions/scripted.h"
#include "engine/script/record_names.h"

/* More than a person writes; what comes behind them is not judged, so that a plan stays cheap. */
enum { USES_MAX = 1000 };

/* One extension reads or writes one record, at these callbacks. */
struct use {
    const char *record;
    size_t place;       /* in schedule->acting */
    unsigned callbacks; /* CALLBACK_BITs */
    bool written;
    bool by_function; /* of a user: it may look at different records at different callbacks */
};

struct uses {
    const struct schedule *schedule;
    struct use *items;
    size_t count;
    size_t place;       /* of the extension that is being asked ... */
    unsigned callbacks; /* ... and where it acts */
    bool by_function;
    struct arena names;
    bool others; /* there may be writers that are not known */
};

/* When the callbacks come in the life of a row. */
static const int phases[CALLBACK_COUNT] = {
    [AFTER_BATCH] = 0,   [ON_INTERRUPT] = 1, [AFTER_EPOCH] = 2,  [AFTER_TRAINING] = 3, [BEFORE_TRAINING] = 4,
    [ON_RESUMPTION] = 4, [BEFORE_EPOCH] = 5, [BEFORE_BATCH] = 6, [ON_ERROR] = 7,
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
    struct uses *uses = context;

    for (size_t i = uses->count; i-- > 0 && uses->items[i].place == uses->place;)
        if (uses->items[i].written == written && strcmp(uses->items[i].record, record) == 0) {
            uses->items[i].callbacks |= uses->callbacks;
            return;
        }
    if (uses->count == USES_MAX)
        return;
    uses->items = memory_grow(uses->items, uses->count + 1, sizeof *uses->items);
    /* A name may be spelled out for the time of the call only. */
    uses->items[uses->count++] = (struct use){ .record = arena_text(&uses->names, record),
                                               .place = uses->place,
                                               .callbacks = uses->callbacks,
                                               .written = written,
                                               .by_function = uses->by_function };
}

static void collect_own(struct uses *uses, const struct extension *extension)
{
    const unsigned callbacks = acting_callbacks(uses->schedule, extension);

    uses->by_function = extension->type->scripted;
    if (!extension->type->names_at) {
        uses->callbacks = callbacks;
        extension_each_own_name(extension, add_name, uses);
        return;
    }
    for (int i = 0; i < CALLBACK_COUNT; i++) {
        uses->callbacks = CALLBACK_BIT(i);
        if (callbacks & uses->callbacks)
            extension->type->names_at(extension, (enum callback)i, add_name, uses);
    }
}

static void collect_predicate(struct uses *uses, const struct condition *condition)
{
    const struct predicate *predicate = &condition->predicate;

    uses->callbacks = CALLBACK_BIT(condition->callback);
    uses->by_function = predicate->kind == PREDICATE_FUNCTION;
    if (predicate->kind == PREDICATE_RECORD)
        add_name(uses, predicate->name, false);
    else if (predicate->kind == PREDICATE_FUNCTION)
        script_records_each(script_function_source(predicate->function), add_name, uses);
}

static void collect(struct uses *uses)
{
    for (uses->place = 0; uses->place < uses->schedule->count; uses->place++) {
        const struct extension *extension = uses->schedule->acting[uses->place];

        collect_own(uses, extension);
        for (size_t i = 0; i < extension->conditions.count; i++)
            collect_predicate(uses, &extension->conditions.items[i]);
    }
}

/* ---- Records that come from elsewhere ---- */

static bool is_of_main_loop(const char *record)
{
    static const char *const names[] = { "training_finished", "epoch_interrupt_received",
                                         "batch_interrupt_received", "got_exception" };

    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i], record) == 0)
            return true;
    return false;
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

/* ---- Judging ---- */

enum order { ORDER_NEVER, ORDER_LATER, ORDER_BEHIND, ORDER_GOOD }; /* of what is found, the best counts */

/* How the writing stands to the reading at one callback. */
static enum order order_of(const struct use *writer, const struct use *reader, enum callback callback)
{
    enum order best = writer->callbacks ? ORDER_LATER : ORDER_NEVER;

    if (writer->place == reader->place)
        return ORDER_GOOD;
    for (int i = 0; i < CALLBACK_COUNT; i++) {
        if (!(writer->callbacks & CALLBACK_BIT(i)))
            continue;
        if (phases[i] < phases[callback] || (i == (int)callback && writer->place < reader->place))
            return ORDER_GOOD;
        if (i == (int)callback)
            best = ORDER_BEHIND;
    }
    return best;
}

static enum order best_order(const struct uses *uses, const struct use *reader, enum callback callback,
                             const struct use **out_writer)
{
    enum order best = ORDER_NEVER;

    *out_writer = NULL;
    for (size_t i = 0; i < uses->count; i++) {
        const struct use *writer = &uses->items[i];
        enum order order;

        if (!writer->written || strcmp(writer->record, reader->record) != 0)
            continue;
        order = order_of(writer, reader, callback);
        if (order >= best) {
            best = order;
            *out_writer = writer;
        }
    }
    return best;
}

/* A part of EarlyStopping goes by the name of the whole. */
static const char *name_at(const struct uses *uses, const struct use *use)
{
    const struct extension *extension = uses->schedule->acting[use->place];

    for (size_t i = 0; i < uses->schedule->count; i++) {
        const struct extension *whole = uses->schedule->acting[i];

        if (whole->owned_child_count > 0 && strcmp(whole->base.pointer, extension->base.pointer) == 0)
            return whole->base.name;
    }
    return extension->base.name;
}

static void warn_of_nobody(const struct uses *uses, const struct use *reader, struct warnings *warnings)
{
    const char **written = memory_new(uses->count + 1, sizeof *written), *nearest;
    size_t count = 0;

    for (size_t i = 0; i < uses->count; i++)
        if (uses->items[i].written)
            written[count++] = uses->items[i].record;
    nearest = text_nearest(reader->record, written, count);
    WARN(warnings, "record_never_written", uses->schedule->acting[reader->place],
         "nobody writes the record \"%.100s\"", reader->record);
    if (nearest)
        error_list_hint(&warnings->list, "Did you mean \"%.100s\"?", nearest);
    free(written);
}

static void warn_of_place(const struct uses *uses, const struct use *reader, const struct use *writer,
                          enum callback callback, struct warnings *warnings)
{
    WARN(warnings, "record_read_before_written", uses->schedule->acting[reader->place],
         "at %s the record \"%.100s\" is written by \"%.60s\", which stands behind this extension",
         callback_name(callback), reader->record, name_at(uses, writer));
    error_list_hint(&warnings->list, "Put \"%.60s\" behind it.", name_at(uses, reader));
}

/* One warning per record and reader is enough. */
static void judge(const struct uses *uses, const struct use *reader, struct warnings *warnings)
{
    const struct use *late = NULL, *behind = NULL;
    enum callback behind_at = CALLBACK_COUNT;
    bool good = false;

    for (int i = CALLBACK_COUNT - 1; i >= 0; i--) {
        const struct use *writer;
        enum order order;

        if (!(reader->callbacks & CALLBACK_BIT(i)))
            continue;
        order = best_order(uses, reader, (enum callback)i, &writer);
        good |= order == ORDER_GOOD;
        if (order == ORDER_BEHIND) {
            behind = writer;
            behind_at = (enum callback)i;
        }
        late = writer ? writer : late;
    }
    if (behind && !(reader->by_function && good))
        warn_of_place(uses, reader, behind, behind_at, warnings);
    else if (good || uses->others || !reader->callbacks)
        return;
    else if (!late)
        warn_of_nobody(uses, reader, warnings);
    else
        WARN(warnings, "record_read_before_written", uses->schedule->acting[reader->place],
             "the record \"%.100s\" is not there yet: \"%.60s\" writes it later in the row, or never",
             reader->record, name_at(uses, late));
}

void warn_of_records(const struct schedule *schedule, struct warnings *warnings)
{
    struct uses uses = { .schedule = schedule, .others = has_other_writers(schedule) };

    collect(&uses);
    for (size_t i = 0; i < uses.count; i++)
        if (!uses.items[i].written && !is_of_main_loop(uses.items[i].record))
            judge(&uses, &uses.items[i], warnings);
    free(uses.items);
    arena_fini(&uses.names);
}
