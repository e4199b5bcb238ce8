/* engine/definition/log_port.c -- see log_port.h. */
#include "engine/definition/log_port.h"

static int64_t iterations_done(void *log)
{
    return log_counters(log)->iterations_done;
}

static int64_t last_epoch_end(void *log)
{
    int64_t iteration;

    return log_last_epoch_row(log, &iteration) ? iteration : -1;
}

static bool record_get(void *log, int64_t iteration, const char *name, struct value *out)
{
    struct value view;

    if (!log_has(log, iteration, name))
        return false;
    view = log_get(log, iteration, name);
    *out = value_copy(&view);
    return true;
}

static bool record_set(void *log, int64_t iteration, const char *name, const struct value *value,
                       struct error *err)
{
    return log_function_set(log, iteration, name, value_copy(value), err);
}

static const char *record_name(void *log, int64_t iteration, size_t index)
{
    return log_record_name(log, iteration, index);
}

static bool status_get(void *log, const char *key, struct value *out)
{
    return log_status_get(log, key, out);
}

static bool status_set(void *log, const char *key, const struct value *value, struct error *err)
{
    return log_function_set_status(log, key, value_copy(value), err);
}

static const char *status_name(void *log, size_t index)
{
    return log_status_name(log, index);
}

struct script_log_port log_port_of(struct log *log)
{
    return (struct script_log_port){
        .context = log,
        .iterations_done = iterations_done,
        .last_epoch_end = last_epoch_end,
        .record_get = record_get,
        .record_set = record_set,
        .record_name = record_name,
        .status_get = status_get,
        .status_set = status_set,
        .status_name = status_name,
    };
}
