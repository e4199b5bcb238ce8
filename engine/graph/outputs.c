/* engine/graph/outputs.c -- what callers want of a function, and where they want it: copies where a result
 * cannot be made in that place, or would lie in memory that somebody may change. */
#include "engine/graph/graph_state.h"
#include "engine/graph/plan.h"

static const struct node *root_of(const struct node *node)
{
    while (node->apply && node->apply->operation->kind == OPERATION_VIEW)
        node = node->apply->inputs[0];
    return node;
}

/* Memory that somebody may change before the caller has read the result. */
static bool is_borrowed(const struct node *node)
{
    const struct node *root = root_of(node);

    return node->dtype == DTYPE_FLOAT32 || node->dtype == DTYPE_FLOAT64
               ? root->kind == NODE_VARIABLE || root->kind == NODE_EXTERNAL
               : false;
}

const struct node *node_written_whole(const struct node *node)
{
    while (node->apply && node->apply->operation->kind == OPERATION_VIEW &&
           !node->apply->operation->view_offset)
        node = node->apply->inputs[0];
    return node;
}

const struct tensor *plan_destination(const struct function *function, const struct node *node,
                                      size_t outputs)
{
    for (size_t i = 0; i < outputs; i++)
        if (function->destinations[i] && node_written_whole(function->outputs[i]) == node)
            return function->destinations[i];
    return NULL;
}

/* Whether the operation that makes `node` can write to a place of somebody's choice, and has not been given
 * one. */
static bool can_be_written_elsewhere(const struct function *function, const struct node *node,
                                     size_t outputs_so_far)
{
    const struct node *written = node_written_whole(node);

    return written->kind == NODE_RESULT && written->apply->operation->kind != OPERATION_VIEW &&
           !plan_destination(function, written, outputs_so_far);
}

static struct node *output_node(struct function *function, struct node *node, size_t index,
                                const struct tensor *destination, struct error *err)
{
    if (!node)
        return NULL;
    if (!destination)
        return is_borrowed(node) ? node_own_copy(function->graph, node, err) : node;
    if (destination->dtype != node->dtype || !shape_equal(&destination->shape, &node->shape)) {
        raise_shapes(err, "output", &node->shape, &destination->shape, "the destination is shaped otherwise");
        return NULL;
    }
    return can_be_written_elsewhere(function, node, index) ? node : node_own_copy(function->graph, node, err);
}

bool plan_outputs(struct function *function, struct node *const *outputs, size_t count,
                  const struct function_options *options, struct error *err)
{
    function->outputs = arena_array(&function->arena, count + 1, sizeof(struct node *));
    function->destinations = arena_array(&function->arena, count + 1, sizeof(struct tensor *));
    function->updates = arena_array(&function->arena, options->update_count + 1, sizeof *function->updates);
    for (size_t i = 0; i < count; i++) {
        const struct tensor *destination = options->destinations ? &options->destinations[i] : NULL;

        if (destination && !destination->data)
            destination = NULL;
        function->outputs[i] = output_node(function, outputs[i], i, destination, err);
        if (!function->outputs[i])
            return false;
        if (destination) {
            struct tensor *copy = arena_alloc(&function->arena, sizeof *copy);
            *copy = *destination;
            function->destinations[i] = copy;
        }
    }
    function->output_count = count;
    for (size_t i = 0; i < options->update_count; i++) {
        const struct update *update = &options->updates[i];
        const bool own = root_of(update->value)->kind == NODE_RESULT;

        function->updates[i] = *update;
        if (!own)
            function->updates[i].value = node_own_copy(function->graph, update->value, err);
        if (!function->updates[i].value)
            return false;
    }
    function->update_count = options->update_count;
    return true;
}
