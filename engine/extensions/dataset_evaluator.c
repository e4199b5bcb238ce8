/* engine/extensions/dataset_evaluator.c -- see dataset_evaluator.h. */
#include "engine/extensions/dataset_evaluator.h"

#include <stdlib.h>

#include "engine/base/memory.h"

static bool item_needs(const struct monitored *item, size_t node)
{
    for (size_t i = 0; i < item->required_count; i++)
        if (item->required[i] == node)
            return true;
    return item->node == node || item->denominator == node;
}

/* The nodes that items fed with batches need, or those of items fed at the end. */
static size_t choose(const struct monitoring *monitoring, bool at_the_end, struct node **out_nodes,
                     size_t *out_numbers)
{
    size_t count = 0;

    for (size_t i = 0; i < monitoring->node_count; i++) {
        bool needed = false;

        for (size_t j = 0; j < monitoring->count; j++)
            needed |= monitoring->items[j].at_the_end == at_the_end && item_needs(&monitoring->items[j], i);
        if (!needed)
            continue;
        out_numbers[count] = i;
        out_nodes[count++] = monitoring->nodes[i];
    }
    return count;
}

/* A mean is its numerator divided by its denominator. */
static bool item_depends_on_data(const struct monitoring *monitoring, const struct monitored *item)
{
    if (item->denominator != NODE_NONE && node_depends_on_data(monitoring->nodes[item->denominator]))
        return true;
    for (size_t i = 0; i < item->required_count; i++)
        if (node_depends_on_data(monitoring->nodes[item->required[i]]))
            return true;
    return !item->quantity && node_depends_on_data(monitoring->nodes[item->node]);
}

/* Without a value that depends on data there is no pass over the batches. */
static bool needs_batches(const struct monitoring *monitoring)
{
    for (size_t i = 0; i < monitoring->count; i++)
        if (item_depends_on_data(monitoring, &monitoring->items[i]))
            return true;
    return false;
}

static bool compile_functions(struct dataset_evaluator *evaluator, struct error *err)
{
    const struct monitoring *monitoring = &evaluator->monitoring;
    const struct function_options options = { .updates = evaluator->updates,
                                              .update_count = evaluator->update_count };
    struct node **nodes = memory_new(monitoring->node_count + 1, sizeof(struct node *));
    size_t count = choose(monitoring, false, nodes, evaluator->batch_nodes);
    bool compiled = true;

    if (needs_batches(monitoring)) {
        evaluator->on_batches = function_compile(evaluator->graph, nodes, count, &options, err);
        compiled = evaluator->on_batches != NULL;
    }
    count = choose(monitoring, true, nodes, evaluator->end_nodes);
    if (compiled && count) {
        evaluator->at_the_end = function_compile(evaluator->graph, nodes, count, NULL, err);
        compiled = evaluator->at_the_end != NULL;
    }
    free(nodes);
    return compiled;
}

bool dataset_evaluator_compile(struct dataset_evaluator *evaluator, struct error *err)
{
    size_t count = evaluator->monitoring.node_count + 1;

    if (evaluator->on_batches || evaluator->at_the_end)
        return true;
    if (!evaluator->values) {
        evaluator->values = memory_new(count, sizeof(struct tensor *));
        evaluator->batch_nodes = memory_new(count, sizeof *evaluator->batch_nodes);
        evaluator->end_nodes = memory_new(count, sizeof *evaluator->end_nodes);
    }
    return compile_functions(evaluator, err);
}

static bool add_outputs(struct dataset_evaluator *evaluator, bool at_the_end, struct error *err)
{
    const struct function *function = at_the_end ? evaluator->at_the_end : evaluator->on_batches;
    const size_t *numbers = at_the_end ? evaluator->end_nodes : evaluator->batch_nodes;
    size_t count = function_output_count(function);

    for (size_t i = 0; i < count; i++)
        evaluator->values[numbers[i]] = function_output(function, i);
    return monitoring_add(&evaluator->monitoring, at_the_end, evaluator->values, err);
}

static bool evaluate_epoch(struct dataset_evaluator *evaluator, struct error *err)
{
    const struct data_stream_type *stream = evaluator->stream->type;
    struct batch batch;
    enum stream_result result = stream->next_epoch(evaluator->stream, err);

    while (result == STREAM_OK &&
           (result = stream->next_batch(evaluator->stream, &batch, err)) == STREAM_OK) {
        if (!function_call(evaluator->on_batches, &batch, err) || !add_outputs(evaluator, false, err) ||
            !monitoring_aggregate_quantities(&evaluator->monitoring, err))
            return false;
    }
    return result == STREAM_END;
}

bool dataset_evaluator_evaluate(struct dataset_evaluator *evaluator, struct error *err)
{
    if (evaluator->on_batches && !evaluate_epoch(evaluator, err))
        return false;
    if (!evaluator->at_the_end)
        return true;
    return function_call(evaluator->at_the_end, NULL, err) && add_outputs(evaluator, true, err);
}

void dataset_evaluator_fini(struct dataset_evaluator *evaluator)
{
    function_free(evaluator->on_batches);
    function_free(evaluator->at_the_end);
    monitoring_fini(&evaluator->monitoring);
    free(evaluator->updates);
    free(evaluator->values);
    free(evaluator->batch_nodes);
    free(evaluator->end_nodes);
}
