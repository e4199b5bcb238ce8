/* engine/extensions/monitoring_read_quantity.c -- a quantity that a user's functions compute from what it
 * requires. */
#include <stdio.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/extensions/monitoring_reader.h"

static bool read_required(const struct monitoring_reader *reader, const cJSON *json, struct monitored *item)
{
    const cJSON *required;

    if (!json || cJSON_IsNull(json))
        return true;
    if (!cJSON_IsArray(json) || cJSON_GetArraySize(json) > QUANTITY_REQUIRED_MAX)
        return monitoring_reader_report(reader, ERROR_WRONG_TYPE, "requires",
                                        "must be a list of at most 64 variables");
    item->required = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof *item->required);
    item->latest = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof *item->latest);
    cJSON_ArrayForEach(required, json)
    {
        struct node *node;

        if (!cJSON_IsString(required))
            return monitoring_reader_report(reader, ERROR_WRONG_TYPE, "requires",
                                            "must be a list of variables");
        node = monitoring_reader_resolve(reader, required->valuestring, "requires");
        if (!node)
            return false;
        item->required[item->required_count] = monitoring_node_number(reader->monitoring, node);
        aggregator_init(&item->latest[item->required_count++], AGGREGATE_TAKE_LAST,
                        &(struct tensor){ .dtype = node_dtype(node), .shape = *node_shape(node) });
    }
    return true;
}

static bool function_text(const struct monitoring_reader *reader, const cJSON *json, const char *member,
                          const char **out)
{
    const cJSON *function = cJSON_GetObjectItemCaseSensitive(json, member);

    if (!cJSON_IsString(function))
        return monitoring_reader_report(reader, function ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, member,
                                        "must be a function");
    *out = function->valuestring;
    return true;
}

bool monitoring_read_quantity(const struct monitoring_reader *reader, const char *name, const cJSON *json,
                              struct monitored *item)
{
    char member[MONITORING_PLACE_BYTES];
    struct quantity_source source = { .component = reader->component, .member = member };
    bool valid = true;

    for (int step = 0; step < QUANTITY_STEPS; step++)
        valid &= function_text(reader, json, quantity_functions[step], &source.functions[step]);
    valid &= read_required(reader, cJSON_GetObjectItemCaseSensitive(json, "requires"), item);
    item->record = monitoring_record_name(reader->settings, name);
    item->node = item->denominator = NODE_NONE;
    if (!valid || !monitoring_reader_name_is_new(reader, item->record))
        return false;
    source.required_count = item->required_count;
    snprintf(member, sizeof member, "variables/%zu", reader->index);
    item->quantity = quantity_new(&source, reader->context, reader->errors);
    return item->quantity != NULL;
}
