/* engine/definition/plan_records.c -- warnings about records that are read before they are written, or that
 * nobody writes.
 *
 * A row is filled from after_batch to the next before_batch; what an extension reads has to have been written
 * at an earlier callback of the row, or at the same callback by an extension before it. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/plan_parts.h"
#include "engine/definition/record_uses.h"

/* When the callbacks come in the life of a row. */
static const int phases[CALLBACK_COUNT] = {
    [AFTER_BATCH] = 0,   [ON_INTERRUPT] = 1, [AFTER_EPOCH] = 2,  [AFTER_TRAINING] = 3, [BEFORE_TRAINING] = 4,
    [ON_RESUMPTION] = 4, [BEFORE_EPOCH] = 5, [BEFORE_BATCH] = 6, [ON_ERROR] = 7,
};

static bool is_of_main_loop(const char *record)
{
    static const char *const names[] = { "training_finished", "epoch_interrupt_received",
                                         "batch_interrupt_received", "got_exception" };

    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i], record) == 0)
            return true;
    return false;
}

enum order { ORDER_NEVER, ORDER_LATER, ORDER_BEHIND, ORDER_GOOD }; /* of what is found, the best counts */

/* How the writing stands to the reading at one callback. */
static enum order order_of(const struct record_use *writer, const struct record_use *reader,
                           enum callback callback)
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

static enum order best_order(const struct record_uses *uses, const struct record_use *reader,
                             enum callback callback, const struct record_use **out_writer)
{
    enum order best = ORDER_NEVER;

    *out_writer = NULL;
    for (size_t i = 0; i < uses->count; i++) {
        const struct record_use *writer = &uses->items[i];
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
static const char *name_at(const struct record_uses *uses, const struct record_use *use)
{
    const struct extension *extension = uses->schedule->acting[use->place];

    for (size_t i = 0; i < uses->schedule->count; i++) {
        const struct extension *whole = uses->schedule->acting[i];

        if (whole->owned_child_count > 0 && strcmp(whole->base.pointer, extension->base.pointer) == 0)
            return whole->base.name;
    }
    return extension->base.name;
}

static void warn_of_nobody(const struct record_uses *uses, const struct record_use *reader,
                           struct warnings *warnings)
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

static void warn_of_place(const struct record_uses *uses, const struct record_use *reader,
                          const struct record_use *writer, enum callback callback, struct warnings *warnings)
{
    WARN(warnings, "record_read_before_written", uses->schedule->acting[reader->place],
         "at %s the record \"%.100s\" is written by \"%.60s\", which stands behind this extension",
         callback_name(callback), reader->record, name_at(uses, writer));
    error_list_hint(&warnings->list, "Put \"%.60s\" behind it.", name_at(uses, reader));
}

/* One warning per record and reader is enough. */
static void judge(const struct record_uses *uses, const struct record_use *reader, struct warnings *warnings)
{
    const struct record_use *late = NULL, *behind = NULL;
    enum callback behind_at = CALLBACK_COUNT;
    bool good = false;

    for (int i = CALLBACK_COUNT - 1; i >= 0; i--) {
        const struct record_use *writer;
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
    struct record_uses uses;

    record_uses_collect(&uses, schedule);
    for (size_t i = 0; i < uses.count; i++)
        if (!uses.items[i].written && !is_of_main_loop(uses.items[i].record))
            judge(&uses, &uses.items[i], warnings);
    record_uses_fini(&uses);
}
