/* engine/training/log_function.c -- what functions of users write into the log, kept within bounds; see
 * log.h.
 *
 * A function can write more in a second than a machine holds. */

#include "engine/training/log_internal.h"

/* All but the values themselves. */
static int64_t frame_bytes(const struct log *log)
{
    return (int64_t)(log->row_count * sizeof(struct row) + log->record_count * sizeof(struct record) +
                     log->status_names.count * sizeof(struct value));
}

static bool name_fits(const struct name_table *names, const char *name, struct error *err)
{
    return names->count < LOG_FUNCTION_NAMES_MAX || name_table_find(names, name) != NAME_ABSENT ||
           RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "the log has %d names already", LOG_FUNCTION_NAMES_MAX);
}

static bool value_fits(const struct log *log, const struct value *value, struct error *err)
{
    return log->function_bytes + (int64_t)value_bytes(value) <= LOG_FUNCTION_BYTES_MAX ||
           RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "functions have written more than %d MiB into the log",
                 LOG_FUNCTION_BYTES_MAX >> 20);
}

bool log_function_set(struct log *log, int64_t iteration, const char *name, struct value value,
                      struct error *err)
{
    const struct value old = log_get(log, iteration, name);
    const int64_t frame = frame_bytes(log), more = (int64_t)value_bytes(&value) - (int64_t)value_bytes(&old);

    if (!name_fits(&log->names, name, err) || !value_fits(log, &value, err)) {
        value_fini(&value);
        return false;
    }
    log_set(log, iteration, name, value);
    log->function_bytes += more + frame_bytes(log) - frame;
    return true;
}

bool log_function_set_status(struct log *log, const char *name, struct value value, struct error *err)
{
    const uint32_t number = name_table_find(&log->status_names, name);
    const int64_t frame = frame_bytes(log), bytes = (int64_t)value_bytes(&value),
                  old = number == NAME_ABSENT ? 0 : (int64_t)value_bytes(&log->status_values[number]);

    if (!name_fits(&log->status_names, name, err) || !value_fits(log, &value, err)) {
        value_fini(&value);
        return false;
    }
    if (!log_status_set(log, name, value, err))
        return false;
    log->function_bytes += bytes - old + frame_bytes(log) - frame;
    return true;
}
