/* engine/extensions/monitoring.c -- see monitoring.h. */
#include "engine/extensions/monitoring.h"

#include <stdlib.h>

#include "engine/base/memory.h"

static void monitored_fini(struct monitored *item)
{
    aggregator_fini(&item->aggregator);
    for (size_t i = 0; i < item->required_count; i++)
        aggregator_fini(&item->latest[i]);
    quantity_free(item->quantity);
    free(item->latest);
    free(item->required);
    free(item->record);
}

void monitoring_fini(struct monitoring *monitoring)
{
    for (size_t i = 0; i < monitoring->count; i++)
        monitored_fini(&monitoring->items[i]);
    free(monitoring->items);
    free(monitoring->nodes);
    *monitoring = (struct monitoring){ 0 };
}

void monitoring_reset_variables(struct monitoring *monitoring)
{
    for (size_t i = 0; i < monitoring->count; i++)
        if (!monitoring->items[i].quantity)
            aggregator_reset(&monitoring->items[i].aggregator);
}

void monitoring_forget_required(struct monitoring *monitoring)
{
    for (size_t i = 0; i < monitoring->count; i++)
        for (size_t j = 0; j < monitoring->items[i].required_count; j++)
            aggregator_reset(&monitoring->items[i].latest[j]);
}

bool monitoring_reset_quantities(struct monitoring *monitoring, struct error *err)
{
    for (size_t i = 0; i < monitoring->count; i++)
        if (monitoring->items[i].quantity && !quantity_initialize(monitoring->items[i].quantity, err))
            return false;
    return true;
}

static bool add_latest(struct monitored *item, const struct tensor *const *values, struct error *err)
{
    for (size_t i = 0; i < item->required_count; i++)
        if (!aggregator_add(&item->latest[i], values[item->required[i]], 1, err))
            return false;
    return true;
}

static bool add_value(struct monitored *item, const struct tensor *const *values, struct error *err)
{
    double denominator = item->denominator_value;

    if (item->denominator != NODE_NONE)
        denominator = tensor_read(values[item->denominator], 0);
    return aggregator_add(&item->aggregator, values[item->node], denominator, err) ||
           error_prefix(err, "\"%s\"", item->record);
}

bool monitoring_add(struct monitoring *monitoring, bool at_the_end, const struct tensor *const *values,
                    struct error *err)
{
    for (size_t i = 0; i < monitoring->count; i++) {
        struct monitored *item = &monitoring->items[i];

        if (item->at_the_end != at_the_end)
            continue;
        if (item->quantity ? !add_latest(item, values, err) : !add_value(item, values, err))
            return false;
    }
    return true;
}

static bool feed(struct monitored *item, struct error *err)
{
    struct value *values = memory_new(item->required_count + 1, sizeof *values);
    bool fed;

    for (size_t i = 0; i < item->required_count; i++)
        values[i] = aggregator_value(&item->latest[i]);
    fed = quantity_aggregate(item->quantity, values, item->required_count, err);
    for (size_t i = 0; i < item->required_count; i++)
        value_fini(&values[i]);
    free(values);
    return fed;
}

bool monitoring_aggregate_quantities(struct monitoring *monitoring, struct error *err)
{
    for (size_t i = 0; i < monitoring->count; i++)
        if (monitoring->items[i].quantity && !feed(&monitoring->items[i], err))
            return false;
    return true;
}

void monitoring_write_variables(const struct monitoring *monitoring, struct log *log)
{
    for (size_t i = 0; i < monitoring->count; i++) {
        const struct monitored *item = &monitoring->items[i];

        if (!item->quantity)
            log_set_current(log, item->record, aggregator_value(&item->aggregator));
    }
}

bool monitoring_write_quantities(struct monitoring *monitoring, struct log *log, struct error *err)
{
    for (size_t i = 0; i < monitoring->count; i++) {
        const struct monitored *item = &monitoring->items[i];
        struct value value;

        if (!item->quantity)
            continue;
        if (!quantity_value(item->quantity, &value, err) ||
            !log_function_set(log, log_counters(log)->iterations_done, item->record, value, err))
            return false;
    }
    return true;
}

void monitoring_each_name(const struct monitoring *monitoring, extension_name_fn *each, void *context)
{
    for (size_t i = 0; i < monitoring->count; i++)
        each(context, monitoring->items[i].record, true);
}
