/* engine/extensions/monitoring_read_variable.c -- an expression to be monitored: how it is aggregated, and
 * what its mean is divided by. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/extensions/monitoring_reader.h"

static const char *const scheme_names[] = {
    [AGGREGATE_MEAN] = "mean",           [AGGREGATE_PERPLEXITY] = "perplexity",
    [AGGREGATE_TAKE_LAST] = "take_last", [AGGREGATE_MINIMUM] = "minimum",
    [AGGREGATE_MAXIMUM] = "maximum",     [AGGREGATE_CONCATENATE] = "concatenate",
};

static bool is_named(const cJSON *aggregation)
{
    return cJSON_IsString(aggregation) && strcmp(aggregation->valuestring, "default") != 0;
}

static bool read_aggregation(const struct monitoring_reader *reader, const cJSON *json, struct node *node,
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
    monitoring_reader_report(reader, ERROR_INVALID_VALUE, "aggregation", "not an aggregation scheme");
    return error_list_hint(
        reader->errors,
        "Schemes are default, mean, perplexity, take_last, minimum, maximum and concatenate.");
}

/* A number, or an expression of one element. */
static bool read_denominator(const struct monitoring_reader *reader, const cJSON *json,
                             struct monitored *item)
{
    struct node *node;

    item->denominator = NODE_NONE;
    item->denominator_value = 1;
    if (!json || cJSON_IsNull(json))
        return true;
    if (item->aggregator.aggregation != AGGREGATE_MEAN &&
        item->aggregator.aggregation != AGGREGATE_PERPLEXITY)
        return monitoring_reader_report(reader, ERROR_CONFLICT, "denominator",
                                        "only means and perplexities have a denominator");
    if (cJSON_IsNumber(json)) {
        item->denominator_value = json->valuedouble;
        return true;
    }
    if (!cJSON_IsString(json))
        return monitoring_reader_report(reader, ERROR_WRONG_TYPE, "denominator",
                                        "must be a number or an expression");
    node = monitoring_reader_resolve(reader, json->valuestring, "denominator");
    if (!node)
        return false;
    if (node_rank(node) != 0)
        return monitoring_reader_report(reader, ERROR_SHAPE, "denominator", "must be a scalar");
    item->denominator = monitoring_node_number(reader->monitoring, node);
    return true;
}

bool monitoring_read_variable(const struct monitoring_reader *reader, const char *name,
                              const char *expression, const char *member, const cJSON *json,
                              struct monitored *item)
{
    struct node *node = monitoring_reader_resolve(reader, expression, member);
    enum aggregation aggregation;
    struct tensor planned;

    if (!node ||
        !read_aggregation(reader, cJSON_GetObjectItemCaseSensitive(json, "aggregation"), node, &aggregation))
        return false;
    item->schemed = is_named(cJSON_GetObjectItemCaseSensitive(json, "aggregation"));
    planned = (struct tensor){ .dtype = node_dtype(node), .shape = *node_shape(node) };
    aggregator_init(&item->aggregator, aggregation, &planned);
    item->node = monitoring_node_number(reader->monitoring, node);
    item->record =
        monitoring_record_name(reader->settings, aggregation == AGGREGATE_PERPLEXITY ? "perplexity" : name);
    return monitoring_reader_name_is_new(reader, item->record) &&
           read_denominator(reader, cJSON_GetObjectItemCaseSensitive(json, "denominator"), item);
}
