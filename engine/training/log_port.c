/* engine/training/log_port.c -- see log_port.h. */
#include "engine/training/log_port.h"

static int64_t iterations_done(void *context)
{
    return log_counters(context)->iterations_done;
}

static int64_t last_epoch_end(void *context)
{
    int64_t iteration;

    return log_last_epoch_row(context, &iteration) ? iteration : -1;
}

static bool record_get(void *context, int64_t iteration, const char *name, struct value *out)
{
    struct value view = log_get(context, iteration, name);

    if (!log_has(context, iteration, name))
        return false;
    *out = value_copy(&view);
    return true;
}

static bool record_set(void *context, int64_t iteration, const char *name, const struct value *value,
                       struct error *err)
{
    if (!name[0])
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "a record needs a name");
    if (iteration < 0)
        return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "there is no row before row 0");
    log_set(context, iteration, name, value_copy(value));
    return true;
}

static const char *record_name(void *context, int64_t iteration, size_t index)
{
    return log_record_name(context, iteration, index);
}

static bool status_get(void *context, const char *key, struct value *out)
{
    return log_status_get(context, key, out);
}

static bool status_set(void *context, const char *key, const struct value *value, struct error *err)
{
    return log_status_set(context, key, value_copy(value), err);
}

static const char *status_name(void *context, size_t index)
{
    return log_status_name(context, index);
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
