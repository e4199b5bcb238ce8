/* engine/extensions/monitoring_state.c -- half-done aggregates in checkpoints; see monitoring.h. */
#include <cjson/cJSON.h>

#include "engine/extensions/monitoring.h"

/* A variable is its aggregator; a quantity is [its table, the last value of each required variable]. */
static bool item_save(const struct monitored *item, struct text *out, struct error *err)
{
    if (!item->quantity) {
        aggregator_save(&item->aggregator, out);
        return true;
    }
    text_add_char(out, '[');
    if (!quantity_save(item->quantity, out, err))
        return false;
    for (size_t i = 0; i < item->required_count; i++) {
        text_add_char(out, ',');
        aggregator_save(&item->latest[i], out);
    }
    text_add_char(out, ']');
    return true;
}

bool monitoring_save(const struct monitoring *monitoring, struct text *out_json, struct error *err)
{
    text_add_char(out_json, '[');
    for (size_t i = 0; i < monitoring->count; i++) {
        if (i)
            text_add_char(out_json, ',');
        if (!item_save(&monitoring->items[i], out_json, err))
            return false;
    }
    text_add_char(out_json, ']');
    return true;
}

static bool quantity_item_load(struct monitored *item, const cJSON *saved, struct error *err)
{
    const cJSON *next;

    if (cJSON_GetArraySize(saved) != (int)item->required_count + 1)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved quantity \"%s\" is not readable", item->record);
    if (!quantity_load(item->quantity, saved->child, err))
        return false;
    next = saved->child->next;
    for (size_t i = 0; i < item->required_count; i++, next = next->next)
        if (!aggregator_load(&item->latest[i], next, err))
            return false;
    return true;
}

bool monitoring_load(struct monitoring *monitoring, const struct cJSON *saved, struct error *err)
{
    const cJSON *item = saved ? saved->child : NULL;

    if (cJSON_GetArraySize(saved) != (int)monitoring->count)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved aggregates are those of other variables");
    for (size_t i = 0; i < monitoring->count; i++, item = item->next) {
        struct monitored *monitored = &monitoring->items[i];

        if (monitored->quantity ? !quantity_item_load(monitored, item, err)
                                : !aggregator_load(&monitored->aggregator, item, err))
            return false;
    }
    return true;
}
