/* engine/extensions/monitoring_reader.c -- see monitoring_reader.h. */
#include "engine/extensions/monitoring_reader.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"

bool monitoring_reader_report(const struct monitoring_reader *reader, enum error_code code,
                              const char *member, const char *message)
{
    char place[MONITORING_PLACE_BYTES];

    snprintf(place, sizeof place, "variables/%zu%s%.64s", reader->index, member ? "/" : "",
             member ? member : "");
    return REPORT_AT(reader->errors, code, reader->component, place, "%s", message);
}

size_t monitoring_node_number(struct monitoring *monitoring, struct node *node)
{
    for (size_t i = 0; i < monitoring->node_count; i++)
        if (monitoring->nodes[i] == node)
            return i;
    monitoring->nodes = memory_grow(monitoring->nodes, monitoring->node_count + 1, sizeof(struct node *));
    monitoring->nodes[monitoring->node_count] = node;
    return monitoring->node_count++;
}

struct node *monitoring_reader_resolve(const struct monitoring_reader *reader, const char *expression,
                                       const char *member)
{
    struct error err = { 0 };
    struct node *node =
        reader->context->variable(reader->context->context, expression, reader->training, &err);

    if (node)
        return node;
    monitoring_reader_report(reader, err.code, member, err.message);
    if (err.hint[0])
        error_list_hint(reader->errors, "%s", err.hint);
    return NULL;
}

char *monitoring_record_name(const struct monitoring_settings *settings, const char *name)
{
    struct text record = { 0 };

    if (settings->prefix)
        text_format(&record, "%s_", settings->prefix);
    text_add(&record, name);
    if (settings->suffix)
        text_format(&record, "_%s", settings->suffix);
    return text_take(&record);
}

bool monitoring_reader_name_is_new(const struct monitoring_reader *reader, const char *record)
{
    char message[256];

    for (size_t i = 0; i < reader->monitoring->count; i++) {
        if (strcmp(reader->monitoring->items[i].record, record) != 0)
            continue;
        snprintf(message, sizeof message, "another variable of this extension has the same name, \"%.100s\"",
                 record);
        monitoring_reader_report(reader, ERROR_DUPLICATE, NULL, message);
        return error_list_hint(reader->errors, "Give them names: {\"name\": ..., \"variable\": ...}.");
    }
    return true;
}
