/* engine/extensions/monitoring_read.c -- the member `variables` of monitoring extensions; see monitoring.h.
 *
 * NAME, {"name", "variable", "aggregation", "denominator"}, or {"name", "requires", "initialize",
 * "aggregate", "get_aggregated_value"}. */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/monitoring.h"

enum { VARIABLES_MAX = 1000, REQUIRED_MAX = 64, PLACE_BYTES = 128 };

static const char *const scheme_names[] = {
    [AGGREGATE_MEAN] = "mean",           [AGGREGATE_PERPLEXITY] = "perplexity",
    [AGGREGATE_TAKE_LAST] = "take_last", [AGGREGATE_MINIMUM] = "minimum",
    [AGGREGATE_MAXIMUM] = "maximum",     [AGGREGATE_CONCATENATE] = "concatenate",
};

struct reader {
    struct monitoring *monitoring;
    const struct component *component;
    const struct monitoring_settings *settings;
    bool training;
    const struct extension_context *context;
    struct error_list *errors;
    size_t index; /* of the variable */
};

static bool report(const struct reader *reader, enum error_code code, const char *member, const char *message)
{
    char place[PLACE_BYTES];

    snprintf(place, sizeof place, "variables/%zu%s%.64s", reader->index, member ? "/" : "",
             member ? member : "");
    return REPORT_AT(reader->errors, code, reader->component, place, "%s", message);
}

static size_t node_number(struct monitoring *monitoring, struct node *node)
{
    for (size_t i = 0; i < monitoring->node_count; i++)
        if (monitoring->nodes[i] == node)
            return i;
    monitoring->nodes = memory_grow(monitoring->nodes, monitoring->node_count + 1, sizeof(struct node *));
    monitoring->nodes[monitoring->node_count] = node;
    return monitoring->node_count++;
}

static struct node *resolve(const struct reader *reader, const char *expression, const char *member)
{
    struct error err = { 0 };
    struct node *node =
        reader->context->variable(reader->context->context, expression, reader->training, &err);

    if (node)
        return node;
    report(reader, err.code, member, err.message);
    if (err.hint[0])
        error_list_hint(reader->errors, "%s", err.hint);
    return NULL;
}

/* "algorithm.total_gradient_norm" is recorded as total_gradient_norm, and
 * "algorithm.step_rule.learning_rate" as learning_rate: the names that they have in Blocks. */
static const char *plain_name(const char *name)
{
    static const char algorithm[] = "algorithm.";

    return strncmp(name, algorithm, sizeof algorithm - 1) == 0 ? strrchr(name, '.') + 1 : name;
}

static char *record_name(const struct monitoring_settings *settings, const char *name)
{
    struct text record = { 0 };

    if (settings->prefix)
        text_format(&record, "%s_", settings->prefix);
    text_add(&record, name);
    if (settings->suffix)
        text_format(&record, "_%s", settings->suffix);
    return text_take(&record);
}

static bool name_is_new(const struct reader *reader, const char *record)
{
    char message[256];

    for (size_t i = 0; i < reader->monitoring->count; i++) {
        if (strcmp(reader->monitoring->items[i].record, record) != 0)
            continue;
        snprintf(message, sizeof message, "another variable of this extension has the same name, \"%.100s\"",
                 record);
        report(reader, ERROR_DUPLICATE, NULL, message);
        return error_list_hint(reader->errors, "Give them names: {\"name\": ..., \"variable\": ...}.");
    }
    return true;
}

static bool is_named(const cJSON *aggregation)
{
    return cJSON_IsString(aggregation) && strcmp(aggregation->valuestring, "default") != 0;
}

static bool read_aggregation(const struct reader *reader, const cJSON *json, struct node *node,
                             enum aggregation *out)
{
    *out = node_depends_on_data(node) ? AGGREGATE_MEAN : AGGREGATE_TAKE_LAST;
    if (!json || cJSON_IsNull(json) || (cJSON_IsString(json) && !is_named(json)))
        return true;
    for (size_t i = 0; cJSON_IsString(json) && i < COUNT(scheme_names); i++) {
        if (strcmp(json->valuestring, scheme_names[i]) == 0) {
            *out = (enum aggregation)i;
            return true;
        }
    }
    report(reader, ERROR_INVALID_VALUE, "aggregation", "not an aggregation scheme");
    return error_list_hint(
        reader->errors,
        "Schemes are default, mean, perplexity, take_last, minimum, maximum and concatenate.");
}

/* A number, or an expression of one element. */
static bool read_denominator(const struct reader *reader, const cJSON *json, struct monitored *item)
{
    struct node *node;

    item->denominator = NODE_NONE;
    item->denominator_value = 1;
    if (!json || cJSON_IsNull(json))
        return true;
    if (item->aggregator.aggregation != AGGREGATE_MEAN &&
        item->aggregator.aggregation != AGGREGATE_PERPLEXITY)
        return report(reader, ERROR_CONFLICT, "denominator",
                      "only means and perplexities have a denominator");
    if (cJSON_IsNumber(json)) {
        item->denominator_value = json->valuedouble;
        return true;
    }
    if (!cJSON_IsString(json))
        return report(reader, ERROR_WRONG_TYPE, "denominator", "must be a number or an expression");
    node = resolve(reader, json->valuestring, "denominator");
    if (!node)
        return false;
    if (node_rank(node) != 0)
        return report(reader, ERROR_SHAPE, "denominator", "must be a scalar");
    item->denominator = node_number(reader->monitoring, node);
    return true;
}

static bool read_variable(const struct reader *reader, const char *name, const char *expression,
                          const char *member, const cJSON *json, struct monitored *item)
{
    struct node *node = resolve(reader, expression, member);
    enum aggregation aggregation;
    struct tensor planned;

    if (!node ||
        !read_aggregation(reader, cJSON_GetObjectItemCaseSensitive(json, "aggregation"), node, &aggregation))
        return false;
    item->schemed = is_named(cJSON_GetObjectItemCaseSensitive(json, "aggregation"));
    planned = (struct tensor){ .dtype = node_dtype(node), .shape = *node_shape(node) };
    aggregator_init(&item->aggregator, aggregation, &planned);
    item->node = node_number(reader->monitoring, node);
    item->record = record_name(reader->settings, aggregation == AGGREGATE_PERPLEXITY ? "perplexity" : name);
    return name_is_new(reader, item->record) &&
           read_denominator(reader, cJSON_GetObjectItemCaseSensitive(json, "denominator"), item);
}

static bool read_required(const struct reader *reader, const cJSON *json, struct monitored *item)
{
    const cJSON *required;

    if (!json || cJSON_IsNull(json))
        return true;
    if (!cJSON_IsArray(json) || cJSON_GetArraySize(json) > REQUIRED_MAX)
        return report(reader, ERROR_WRONG_TYPE, "requires", "must be a list of at most 64 variables");
    item->required = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof *item->required);
    item->latest = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof *item->latest);
    cJSON_ArrayForEach(required, json)
    {
        struct node *node;

        if (!cJSON_IsString(required))
            return report(reader, ERROR_WRONG_TYPE, "requires", "must be a list of variables");
        node = resolve(reader, required->valuestring, "requires");
        if (!node)
            return false;
        item->required[item->required_count] = node_number(reader->monitoring, node);
        aggregator_init(&item->latest[item->required_count++], AGGREGATE_TAKE_LAST,
                        &(struct tensor){ .dtype = node_dtype(node), .shape = *node_shape(node) });
    }
    return true;
}

static bool function_text(const struct reader *reader, const cJSON *json, const char *member,
                          const char **out)
{
    const cJSON *function = cJSON_GetObjectItemCaseSensitive(json, member);

    if (!cJSON_IsString(function))
        return report(reader, function ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, member,
                      "must be a function");
    *out = function->valuestring;
    return true;
}

static bool read_quantity(const struct reader *reader, const char *name, const cJSON *json,
                          struct monitored *item)
{
    struct quantity_source source = { 0 };
    char member[PLACE_BYTES];
    bool valid = function_text(reader, json, "initialize", &source.initialize);

    valid &= function_text(reader, json, "aggregate", &source.aggregate);
    valid &= function_text(reader, json, "get_aggregated_value", &source.get_aggregated_value);
    valid &= read_required(reader, cJSON_GetObjectItemCaseSensitive(json, "requires"), item);
    item->record = record_name(reader->settings, name);
    item->node = item->denominator = NODE_NONE;
    if (!valid || !name_is_new(reader, item->record))
        return false;
    source.required_count = item->required_count;
    snprintf(member, sizeof member, "variables/%zu", reader->index);
    item->quantity = quantity_new(reader->component, member, &source, reader->context, reader->errors);
    return item->quantity != NULL;
}

static bool members_are_known(const struct reader *reader, const cJSON *json)
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
            valid = report(reader, ERROR_UNKNOWN_MEMBER, member->string, "unknown member");
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

static bool read_object(const struct reader *reader, const cJSON *json, struct monitored *item)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");
    const cJSON *variable = cJSON_GetObjectItemCaseSensitive(json, "variable");

    if (!members_are_known(reader, json))
        return false;
    if (!cJSON_IsString(name) || !name->valuestring[0])
        return report(reader, name ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, "name", "must be a text");
    if (is_quantity(json))
        return variable ? report(reader, ERROR_CONFLICT, "variable", "a quantity computes its own value")
                        : read_quantity(reader, name->valuestring, json, item);
    if (variable && !cJSON_IsString(variable))
        return report(reader, ERROR_WRONG_TYPE, "variable", "must be an expression");
    if (variable)
        return read_variable(reader, name->valuestring, variable->valuestring, "variable", json, item);
    return read_variable(reader, name->valuestring, name->valuestring, "name", json, item);
}

static bool read_item(const struct reader *reader, const cJSON *json)
{
    struct monitored item = { .node = NODE_NONE, .denominator = NODE_NONE };
    bool valid;

    if (cJSON_IsString(json))
        valid = json->valuestring[0] ? read_variable(reader, plain_name(json->valuestring), json->valuestring,
                                                     NULL, NULL, &item)
                                     : report(reader, ERROR_INVALID_VALUE, NULL, "variables must have names");
    else if (cJSON_IsObject(json))
        valid = read_object(reader, json, &item);
    else
        valid = report(reader, ERROR_WRONG_TYPE, NULL, "must be the name of a variable, or an object");
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
    struct reader reader = { .monitoring = monitoring,
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
