/* engine/training/log_status.c -- the status half of the log; see log.h. */
#include <stddef.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/training/log_internal.h"

/* The entries that the main loop keeps, in the order in which they are listed. */
enum entry_kind { ENTRY_COUNT, ENTRY_FLAG, ENTRY_EPOCH_ENDS, ENTRY_RESUMED_FROM };
static const struct entry {
    const char *name;
    enum entry_kind kind;
    size_t offset; /* in struct log_counters */
} entries[] = {
    { "iterations_done", ENTRY_COUNT, offsetof(struct log_counters, iterations_done) },
    { "epochs_done", ENTRY_COUNT, offsetof(struct log_counters, epochs_done) },
    { "_epoch_ends", ENTRY_EPOCH_ENDS, 0 },
    { "resumed_from", ENTRY_RESUMED_FROM, 0 },
    { "training_started", ENTRY_FLAG, offsetof(struct log_counters, training_started) },
    { "epoch_started", ENTRY_FLAG, offsetof(struct log_counters, epoch_started) },
    { "epoch_interrupt_received", ENTRY_FLAG, offsetof(struct log_counters, epoch_interrupt_received) },
    { "batch_interrupt_received", ENTRY_FLAG, offsetof(struct log_counters, batch_interrupt_received) },
    { "received_first_batch", ENTRY_FLAG, offsetof(struct log_counters, received_first_batch) },
};

static const struct entry *entry_find(const char *name)
{
    for (size_t i = 0; i < COUNT(entries); i++)
        if (strcmp(entries[i].name, name) == 0)
            return &entries[i];
    return NULL;
}

/* received_first_batch, the last entry, appears with the first epoch. */
static size_t entry_count(const struct log *log)
{
    return log->counters.first_batch_known ? COUNT(entries) : COUNT(entries) - 1;
}

const struct log_counters *log_counters(const struct log *log)
{
    return &log->counters;
}

struct log_counters *log_counters_edit(struct log *log)
{
    return &log->counters;
}

static void epoch_ends_add(struct log *log, int64_t iteration)
{
    log->epoch_ends =
        memory_room(log->epoch_ends, log->epoch_end_count, &log->epoch_end_capacity, sizeof *log->epoch_ends);
    log->epoch_ends[log->epoch_end_count++] = iteration;
}

void log_epoch_ended(struct log *log)
{
    log->counters.epoch_started = false;
    log->counters.epochs_done++;
    epoch_ends_add(log, log->counters.iterations_done);
}

static struct value epoch_ends_value(const struct log *log)
{
    struct value list = value_list();

    for (size_t i = 0; i < log->epoch_end_count; i++)
        value_append(&list, value_integer(log->epoch_ends[i]));
    return list;
}

static struct value entry_value(const struct log *log, const struct entry *entry)
{
    const char *field = (const char *)&log->counters + entry->offset;

    switch (entry->kind) {
    case ENTRY_COUNT:
        return value_integer(*(const int64_t *)(const void *)field);
    case ENTRY_FLAG:
        return value_boolean(*(const bool *)(const void *)field);
    case ENTRY_EPOCH_ENDS:
        return epoch_ends_value(log);
    case ENTRY_RESUMED_FROM:
        return log->resumed_from[0] ? value_text(log->resumed_from) : value_none();
    }
    return value_none();
}

bool log_status_get(const struct log *log, const char *name, struct value *out)
{
    const struct entry *entry = entry_find(name);
    uint32_t number;

    if (entry) {
        if ((size_t)(entry - entries) >= entry_count(log))
            return false;
        *out = entry_value(log, entry);
        return true;
    }
    number = name_table_find(&log->status_names, name);
    if (number == NAME_ABSENT)
        return false;
    *out = value_copy(&log->status_values[number]);
    return true;
}

const char *log_status_name(const struct log *log, size_t index)
{
    size_t own = entry_count(log);

    if (index < own)
        return entries[index].name;
    return index - own < log->status_names.count ? log->status_names.names[index - own] : NULL;
}

#define COUNT_MAX (INT64_C(1) << 53) /* no training gets there, and what follows can still be counted */

static bool whole_number(const struct value *value, int64_t *out)
{
    if (value->kind == VALUE_BOOLEAN)
        *out = value->boolean;
    else if (value->kind == VALUE_INTEGER && value->integer >= 0 && value->integer <= COUNT_MAX)
        *out = value->integer;
    else
        return false;
    return true;
}

static bool epoch_ends_set(struct log *log, const struct value *value)
{
    int64_t iteration;

    if (value->kind != VALUE_LIST)
        return false;
    for (size_t i = 0; i < value->list.count; i++)
        if (!whole_number(&value->list.items[i], &iteration))
            return false;
    log->epoch_end_count = 0;
    for (size_t i = 0; i < value->list.count; i++) {
        whole_number(&value->list.items[i], &iteration);
        epoch_ends_add(log, iteration);
    }
    return true;
}

static bool resumed_from_set(struct log *log, const struct value *value)
{
    if (value->kind == VALUE_NONE)
        log->resumed_from[0] = '\0';
    else if (value->kind == VALUE_TEXT && strlen(value->text) < LOG_UUID_BYTES)
        memcpy(log->resumed_from, value->text, strlen(value->text) + 1);
    else
        return false;
    return true;
}

static bool entry_set(struct log *log, const struct entry *entry, const struct value *value)
{
    char *field = (char *)&log->counters + entry->offset;

    switch (entry->kind) {
    case ENTRY_COUNT:
        return whole_number(value, (int64_t *)(void *)field);
    case ENTRY_FLAG:
        *(bool *)(void *)field = value_truthy(value);
        if (entry == &entries[COUNT(entries) - 1])
            log->counters.first_batch_known = true;
        return true;
    case ENTRY_EPOCH_ENDS:
        return epoch_ends_set(log, value);
    case ENTRY_RESUMED_FROM:
        return resumed_from_set(log, value);
    }
    return false;
}

static void other_set(struct log *log, const char *name, struct value value)
{
    uint32_t number = name_table_intern(&log->status_names, name);

    if (number >= log->status_capacity) {
        uint32_t capacity = number < 16 ? 16 : number * 2;

        log->status_values = memory_grow(log->status_values, capacity, sizeof *log->status_values);
        memset(log->status_values + log->status_capacity, 0,
               (capacity - log->status_capacity) * sizeof *log->status_values);
        log->status_capacity = capacity;
    }
    value_fini(&log->status_values[number]);
    log->status_values[number] = value;
}

bool log_status_set(struct log *log, const char *name, struct value value, struct error *err)
{
    const struct entry *entry = entry_find(name);
    bool set = true;

    log->status_touched = true;
    if (!entry) {
        other_set(log, name, value);
        return true;
    }
    set = entry_set(log, entry, &value);
    value_fini(&value);
    if (!set)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "not possible as status entry \"%s\"", name);
    return true;
}
