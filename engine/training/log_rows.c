/* engine/training/log_rows.c -- the records of the log by iteration; see log.h. */
#include "engine/training/log.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/training/log_internal.h"

struct value record_view(const struct record *record)
{
    switch ((enum value_kind)record->kind) {
    case VALUE_NONE:
        return value_none();
    case VALUE_BOOLEAN:
        return value_boolean(record->boolean);
    case VALUE_INTEGER:
        return value_integer(record->integer);
    case VALUE_REAL:
        return value_real(record->real);
    case VALUE_TEXT:
    case VALUE_LIST:
    case VALUE_TABLE:
        return *record->boxed;
    }
    return value_none();
}

static void record_put(struct record *record, struct value value)
{
    if (record->kind >= VALUE_TEXT) {
        value_fini(record->boxed);
        if (value.kind < VALUE_TEXT)
            free(record->boxed);
    } else if (value.kind >= VALUE_TEXT) {
        record->boxed = memory_new(1, sizeof *record->boxed);
    }
    if (value.kind == VALUE_BOOLEAN)
        record->boolean = value.boolean;
    else if (value.kind == VALUE_INTEGER)
        record->integer = value.integer;
    else if (value.kind == VALUE_REAL)
        record->real = value.real;
    else if (value.kind >= VALUE_TEXT)
        *record->boxed = value;
    record->kind = (uint8_t)value.kind;
}

/* Index of the first row whose iteration is not less; nearly always the last one or the one behind it. */
static size_t row_at_least(const struct log *log, int64_t iteration)
{
    size_t low = 0, high = log->row_count;

    if (high == 0 || log->rows[high - 1].iteration < iteration)
        return high;
    if (log->rows[high - 1].iteration == iteration)
        return high - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (log->rows[middle].iteration < iteration)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct row *row_find(const struct log *log, int64_t iteration)
{
    size_t index = row_at_least(log, iteration);

    return index < log->row_count && log->rows[index].iteration == iteration ? &log->rows[index] : NULL;
}

struct record *log_find(const struct log *log, int64_t iteration, uint32_t name)
{
    const struct row *row = row_find(log, iteration);

    if (!row || name == NAME_ABSENT)
        return NULL;
    for (size_t i = 0; i < row->count; i++)
        if (log->records[row->first + i].name == name)
            return &log->records[row->first + i];
    return NULL;
}

static struct row *row_make(struct log *log, int64_t iteration)
{
    size_t index = row_at_least(log, iteration);

    if (index < log->row_count && log->rows[index].iteration == iteration)
        return &log->rows[index];
    log->rows = memory_room(log->rows, log->row_count, &log->row_capacity, sizeof *log->rows);
    memmove(log->rows + index + 1, log->rows + index, (log->row_count - index) * sizeof *log->rows);
    log->row_count++;
    log->rows[index] = (struct row){ .iteration = iteration, .first = log->record_count };
    return &log->rows[index];
}

static struct record *record_append(struct log *log, struct row *row, uint32_t name)
{
    bool last = row->first + row->count == log->record_count;
    size_t wanted = log->record_count + 1 + (last ? 0 : row->count);

    if (wanted > log->record_capacity) {
        log->record_capacity = wanted > 128 ? wanted * 2 : 256;
        log->records = memory_grow(log->records, log->record_capacity, sizeof *log->records);
    }
    if (!last) {
        memcpy(log->records + log->record_count, log->records + row->first,
               row->count * sizeof *log->records);
        row->first = log->record_count;
    }
    row->count++;
    log->record_count = wanted;
    log->records[wanted - 1] = (struct record){ .name = name };
    return &log->records[wanted - 1];
}

static void record_mark(struct log *log, struct record *record, int64_t iteration)
{
    if (record->dirty)
        return;
    log->dirty = memory_room(log->dirty, log->dirty_count, &log->dirty_capacity, sizeof *log->dirty);
    log->dirty[log->dirty_count++] = (struct dirty_record){ .iteration = iteration, .name = record->name };
    record->dirty = true;
}

void log_set(struct log *log, int64_t iteration, const char *name, struct value value)
{
    uint32_t number = name_table_intern(&log->names, name);
    struct record *record = log_find(log, iteration, number);

    if (!record)
        record = record_append(log, row_make(log, iteration), number);
    record_put(record, value);
    record_mark(log, record, iteration);
}

/* The same by name.  Rows are short: comparing the few names is quicker than looking up a number. */
static const struct record *find_named(const struct log *log, int64_t iteration, const char *name)
{
    enum { SHORT_ROW = 8 };
    const struct row *row = row_find(log, iteration);

    if (!row)
        return NULL;
    if (row->count > SHORT_ROW)
        return log_find(log, iteration, name_table_find(&log->names, name));
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(log->names.names[log->records[row->first + i].name], name) == 0)
            return &log->records[row->first + i];
    return NULL;
}

struct value log_get(const struct log *log, int64_t iteration, const char *name)
{
    const struct record *record = find_named(log, iteration, name);

    return record ? record_view(record) : value_none();
}

bool log_has(const struct log *log, int64_t iteration, const char *name)
{
    return find_named(log, iteration, name) != NULL;
}

const char *log_record_name(const struct log *log, int64_t iteration, size_t index)
{
    const struct row *row = row_find(log, iteration);

    return row && index < row->count ? log->names.names[log->records[row->first + index].name] : NULL;
}

size_t log_row_count(const struct log *log)
{
    return log->row_count;
}

int64_t log_row_iteration(const struct log *log, size_t index)
{
    return log->rows[index].iteration;
}

struct value log_get_current(const struct log *log, const char *name)
{
    return log_get(log, log->counters.iterations_done, name);
}

void log_set_current(struct log *log, const char *name, struct value value)
{
    log_set(log, log->counters.iterations_done, name, value);
}

bool log_current_truthy(const struct log *log, const char *name)
{
    struct value value;

    if (log->row_count == 0 || log->rows[log->row_count - 1].iteration < log->counters.iterations_done)
        return false; /* As a rule nothing has been recorded since the last batch. */
    value = log_get_current(log, name);
    return value_truthy(&value);
}

bool log_last_epoch_row(const struct log *log, int64_t *out_iteration)
{
    if (log->epoch_end_count == 0)
        return false;
    *out_iteration = log->epoch_ends[log->epoch_end_count - 1];
    return true;
}
