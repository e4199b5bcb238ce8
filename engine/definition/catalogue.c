/* engine/definition/catalogue.c -- see catalogue.h. */
#include "engine/definition/catalogue.h"

#include <string.h>

#include "engine/bricks/brick.h"
#include "engine/bricks/costs/cost.h"
#include "engine/bricks/initialization/initialization.h"
#include "engine/data/schemes.h"
#include "engine/data/transformers.h"
#include "engine/definition/describe.h"
#include "engine/extensions/extensions.h"
#include "engine/rules/step_rule.h"

const struct family *const catalogue_families[] = {
    &extension_family, &brick_family,       &step_rule_family, &initialization_family,
    &scheme_family,    &transformer_family, &cost_family,      NULL,
};

/* [] when there are none. */
static cJSON *texts(const char *const *items)
{
    cJSON *array = cJSON_CreateArray();

    for (; items && *items; items++)
        cJSON_AddItemToArray(array, cJSON_CreateString(*items));
    return array;
}

/* {"after_epoch": true, "every_n_batches": 5}: what holds when a definition names no trigger. */
static cJSON *triggers(const struct trigger_setting *setting)
{
    cJSON *object = cJSON_CreateObject();

    for (; setting && setting->trigger != TRIGGER_COUNT; setting++) {
        const struct trigger_type *type = &trigger_types[setting->trigger];

        if (type->numeric)
            cJSON_AddNumberToObject(object, type->name, (double)setting->number);
        else
            cJSON_AddTrueToObject(object, type->name);
    }
    return object;
}

/* What is peculiar to extensions; `items` are in the order of the family. */
static void add_extension_members(cJSON *items)
{
    for (int i = 0; extension_family.types[i]; i++) {
        const struct extension_type *type =
            (const struct extension_type *)(const void *)extension_family.types[i];
        cJSON *item = cJSON_GetArrayItem(items, i);

        cJSON_AddBoolToObject(item, "takes_triggers", type->takes_triggers);
        cJSON_AddItemToObject(item, "default_triggers", triggers(type->triggers));
        cJSON_AddItemToObject(item, "records_written", texts(type->records_written));
        cJSON_AddItemToObject(item, "records_read", texts(type->records_read));
        cJSON_AddItemToObject(item, "status_written", texts(type->status_written));
    }
}

cJSON *catalogue_describe(const char *plural)
{
    for (size_t i = 0; catalogue_families[i]; i++) {
        cJSON *items;

        if (strcmp(catalogue_families[i]->plural, plural) != 0)
            continue;
        items = describe_family(catalogue_families[i]);
        if (catalogue_families[i] == &extension_family)
            add_extension_members(items);
        return items;
    }
    return NULL;
}
