/* engine/extensions/monitoring_read.c -- the member `variables` of monitoring extensions; see monitoring.h.
 *
 * NAME, {"name", "variable", "aggregation", "denominator"}, or {"name", "requires", "initialize",
 * "aggregate", "get_aggregated_value"}. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/monitoring_reader.h"

enum { VARIABLES_MAX = 1000 };

/* "algorithm.total_gradient_norm" is recorded as total_gradient_norm, and
 * "algorithm.step_rule.learning_rate" as learning_rate: the names that they have in Blocks. */
static const char *plain_name(const char *name)
{
    static const char algorithm[] = "algorithm.";

    return strncmp(name, algorithm, sizeof algorithm - 1) == 0 ? strrchr(name, '.') + 1 : name;
}

static bool members_are_known(const struct monitoring_reader *reader, const cJSON *json)
{
    static const char *const names[] = { "name",     "variable",   "aggregation", "denominator",
                                         "requires", "initialize", "aggregate",   "get_aggregated_value" };
    const cJSON *member;
    bool valid = true;

    cJSON_ArrayForEach(member, json)
    {
        bool known = false;

        for (size_t i = 0; i < COUNT(names); i++)
            known |= strcmp(member->string, names[i]) == 0;
        if (!known)
            valid = monitoring_reader_report(reader, ERROR_UNKNOWN_MEMBER, member->string, "unknown member");
    }
    return valid;
}

/* It has functions; what they need of the batch may be nothing. */
static bool is_quantity(const cJSON *json)
{
    static const char *const members[] = { "requires", "initialize", "aggregate", "get_aggregated_value" };

    for (size_t i = 0; i < COUNT(members); i++)
        if (cJSON_GetObjectItemCaseSensitive(json, members[i]))
            return true;
    return false;
}

static bool read_object(const struct monitoring_reader *reader, const cJSON *json, struct monitored *item)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");
    const cJSON *variable = cJSON_GetObjectItemCaseSensitive(json, "variable");

    if (!members_are_known(reader, json))
        return false;
    if (!cJSON_IsString(name) || !name->valuestring[0])
        return monitoring_reader_report(reader, name ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, "name",
                                        "must be a text");
    if (is_quantity(json))
        return variable ? monitoring_reader_report(reader, ERROR_CONFLICT, "variable",
                                                   "a quantity computes its own value")
                        : monitoring_read_quantity(reader, name->valuestring, json, item);
    if (variable && !cJSON_IsString(variable))
        return monitoring_reader_report(reader, ERROR_WRONG_TYPE, "variable", "must be an expression");
    if (variable)
        return monitoring_read_variable(reader, name->valuestring, variable->valuestring, "variable", json,
                                        item);
    return monitoring_read_variable(reader, name->valuestring, name->valuestring, "name", json, item);
}

static bool read_item(const struct monitoring_reader *reader, const cJSON *json)
{
    struct monitored item = { .node = NODE_NONE, .denominator = NODE_NONE };
    bool valid;

    if (cJSON_IsString(json))
        valid = json->valuestring[0] ? monitoring_read_variable(reader, plain_name(json->valuestring),
                                                                json->valuestring, NULL, NULL, &item)
                                     : monitoring_reader_report(reader, ERROR_INVALID_VALUE, NULL,
                                                                "variables must have names");
    else if (cJSON_IsObject(json))
        valid = read_object(reader, json, &item);
    else
        valid = monitoring_reader_report(reader, ERROR_WRONG_TYPE, NULL,
                                         "must be the name of a variable, or an object");
    if (!item.record)
        item.record = memory_text("");
    /* A broken item is kept as well: monitoring_fini releases what it holds. */
    reader->monitoring->items = memory_grow(reader->monitoring->items, reader->monitoring->count + 1,
                                            sizeof *reader->monitoring->items);
    reader->monitoring->items[reader->monitoring->count++] = item;
    return valid;
}

bool monitoring_init(struct monitoring *monitoring, const struct component *component,
                     const struct monitoring_settings *settings, bool training,
                     const struct extension_context *context, struct error_list *errors)
{
    struct monitoring_reader reader = { .monitoring = monitoring,
                                        .component = component,
                                        .settings = settings,
                                        .training = training,
                                        .context = context,
                                        .errors = errors };
    const cJSON *item;
    bool valid = true;

    if (!cJSON_IsArray(settings->variables) || cJSON_GetArraySize(settings->variables) > VARIABLES_MAX)
        return REPORT_AT(errors, ERROR_WRONG_TYPE, component, "variables",
                         "must be a list of at most %d variables", VARIABLES_MAX);
    cJSON_ArrayForEach(item, settings->variables)
    {
        valid &= read_item(&reader, item);
        reader.index++;
    }
    return valid;
}
