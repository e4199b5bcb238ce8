/* engine/extensions/monitoring_reader.h -- inside reading the member `variables`: what its parts need. */
#ifndef ENGINE_EXTENSIONS_MONITORING_READER_H
#define ENGINE_EXTENSIONS_MONITORING_READER_H

#include "engine/extensions/monitoring.h"

enum { MONITORING_PLACE_BYTES = 128 };

struct monitoring_reader {
    struct monitoring *monitoring;
    const struct component *component;
    const struct monitoring_settings *settings;
    bool training;
    const struct extension_context *context;
    struct error_list *errors;
    size_t index; /* of the variable */
};

/* At that member of the variable, or at the variable itself where it is NULL.  False. */
bool monitoring_reader_report(const struct monitoring_reader *reader, enum error_code code,
                              const char *member, const char *message);
/* The node of an expression that stands at `member`; NULL with the error reported. */
struct node *monitoring_reader_resolve(const struct monitoring_reader *reader, const char *expression,
                                       const char *member);
/* Reports a record that is written already. */
bool monitoring_reader_name_is_new(const struct monitoring_reader *reader, const char *record);

/* The number of a node, which it is given now if it has none. */
size_t monitoring_node_number(struct monitoring *monitoring, struct node *node);
/* What `name` is recorded as; the caller frees it. */
char *monitoring_record_name(const struct monitoring_settings *settings, const char *name);

/* One variable, by the expression at `member`; `json` is its object, NULL when it is a name alone. */
bool monitoring_read_variable(const struct monitoring_reader *reader, const char *name,
                              const char *expression, const char *member, const struct cJSON *json,
                              struct monitored *item);
bool monitoring_read_quantity(const struct monitoring_reader *reader, const char *name,
                              const struct cJSON *json, struct monitored *item);

#endif
