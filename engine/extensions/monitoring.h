/* engine/extensions/monitoring.h -- what DataStreamMonitoring and TrainingDataMonitoring have in common.
 *
 * A list of variables, read from the definition, each with an aggregator or a user's quantity, and the nodes
 * whose values they are fed with.  Records are called prefix_name_suffix; parts that are not given are left
 * out. */
#ifndef ENGINE_EXTENSIONS_MONITORING_H
#define ENGINE_EXTENSIONS_MONITORING_H

#include "engine/extensions/extension.h"
#include "engine/extensions/quantity.h"
#include "engine/graph/graph.h"
#include "engine/training/aggregator.h"

#define NODE_NONE SIZE_MAX

/* One record.  Nodes are numbers in monitoring->nodes, or NODE_NONE. */
struct monitored {
    char *record;
    size_t node;
    size_t denominator; /* NODE_NONE: denominator_value */
    double denominator_value;
    bool schemed;                 /* an aggregation was asked for */
    bool at_the_end;              /* fed once, behind the batches */
    struct aggregator aggregator; /* of variables */
    struct quantity *quantity;    /* NULL: a variable */
    size_t *required;             /* nodes of a quantity */
    struct aggregator *latest;    /* their last values */
    size_t required_count;
};

struct monitoring {
    struct monitored *items;
    size_t count;
    struct node **nodes; /* each once */
    size_t node_count;
};

struct monitoring_settings {
    const struct cJSON *variables;
    const char *prefix, *suffix; /* NULL: none; "" still brings its separator */
};

/* Variables of the training graph, else of the evaluation graph.  Those that do not depend on data are
 * aggregated by AGGREGATE_TAKE_LAST.  Reports everything that is wrong at its place. */
bool monitoring_init(struct monitoring *monitoring, const struct component *component,
                     const struct monitoring_settings *settings, bool training,
                     const struct extension_context *context, struct error_list *errors);
void monitoring_fini(struct monitoring *monitoring);

void monitoring_reset_variables(struct monitoring *monitoring);
void monitoring_forget_required(
    struct monitoring *monitoring); /* the last values that quantities are fed with */
bool monitoring_reset_quantities(struct monitoring *monitoring, struct error *err);

/* One batch, or the end: values[i] is that of nodes[i], for those that items of that kind need. */
bool monitoring_add(struct monitoring *monitoring, bool at_the_end, const struct tensor *const *values,
                    struct error *err);
/* Feeds the quantities with what the last batch left. */
bool monitoring_aggregate_quantities(struct monitoring *monitoring, struct error *err);
/* Into the current row. */
void monitoring_write_variables(const struct monitoring *monitoring, struct log *log);
bool monitoring_write_quantities(struct monitoring *monitoring, struct log *log, struct error *err);
void monitoring_each_name(const struct monitoring *monitoring, extension_name_fn *each, void *context);

bool monitoring_save(const struct monitoring *monitoring, struct text *out_json, struct error *err);
bool monitoring_load(struct monitoring *monitoring, const struct cJSON *saved, struct error *err);

#endif
