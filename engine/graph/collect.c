/* engine/graph/collect.c -- what a function has to compute, and of what only the shape matters. */
#include "engine/graph/graph_state.h"
#include "engine/graph/plan.h"

#include <stdlib.h>

#include "engine/base/memory.h"

/* ---- Outputs ---- */

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

/* ---- Applications ---- */

/* Marks by index of the application: SHAPE, its shapes are needed; DATA, it has to compute. */
enum mark { MARK_NONE, MARK_SHAPE, MARK_DATA };

struct search {
    unsigned char *marks;
    struct apply **found, **stack;
    size_t found_count, stack_count;
};

static void need(struct search *search, const struct node *node, enum mark mark)
{
    struct apply *apply = node->apply;

    if (!apply || search->marks[apply->index] >= mark)
        return;
    if (search->marks[apply->index] == MARK_NONE)
        search->found[search->found_count++] = apply;
    search->marks[apply->index] = (unsigned char)mark;
    search->stack[search->stack_count++] = apply;
}

/* Elementwise operations read through a fill: broadcasting is what they do anyway. */
static void need_inputs(struct search *search, const struct apply *apply)
{
    const bool computes = search->marks[apply->index] == MARK_DATA;

    for (size_t i = 0; i < apply->input_count; i++) {
        const struct node *input = apply->inputs[i];

        if (!computes || apply_input_is_shape_only(apply, i)) {
            need(search, input, MARK_SHAPE);
            continue;
        }
        if (apply->operation->kind == OPERATION_ELEMENTWISE && node_through_fill(input) != input) {
            need(search, input, MARK_SHAPE);
            need(search, node_through_fill(input), MARK_DATA);
            continue;
        }
        need(search, input, MARK_DATA);
    }
}

const struct node *node_through_fill(const struct node *node)
{
    while (node->apply && node->apply->operation == &fill_operation)
        node = node->apply->inputs[0];
    return node;
}

static int by_index(const void *a, const void *b)
{
    const struct apply *const *x = a, *const *y = b;

    return (*x)->index < (*y)->index ? -1 : 1;
}

/* Results that depend on shapes and constants alone are computed when the shapes change, if they are small.
 */
static bool depends_on_shapes_alone(const struct function *function, const bool *node_is_static, size_t place)
{
    enum { ELEMENTS_MAX = 4096 };
    const struct apply *apply = function->inferred[place];

    if (apply->operation->unique || !function->runs[place] ||
        shape_elements(&apply->outputs[0].shape) > ELEMENTS_MAX)
        return false;
    if (plan_destination(function, &apply->outputs[0], function->output_count))
        return false;
    for (size_t i = 0; i < apply->input_count; i++) {
        const struct node *input = apply->inputs[i];

        if (apply->operation->kind == OPERATION_ELEMENTWISE)
            input = node_through_fill(input);
        if (!apply_input_is_shape_only(apply, i) && input->kind != NODE_CONSTANT &&
            !node_is_static[input->index])
            return false;
    }
    return true;
}

static struct value *add_value(struct function *function, const struct node *node)
{
    struct value *value = function->value_of[node->index];

    if (value)
        return value;
    value = &function->values[function->value_count++];
    value->node = node;
    value->tensor = (struct tensor){ node->dtype, node->shape, NULL };
    value->buffer = NEVER;
    function->value_of[node->index] = value;
    return value;
}

/* A value for every node that an application reads or makes, operands before results. */
static void make_values(struct function *function)
{
    size_t nodes = function->output_count + function->update_count;

    for (size_t k = 0; k < function->inferred_count; k++)
        nodes += function->inferred[k]->input_count + function->inferred[k]->output_count;
    function->values = arena_array(&function->arena, nodes + 1, sizeof *function->values);
    for (size_t k = 0; k < function->inferred_count; k++) {
        const struct apply *apply = function->inferred[k];

        for (size_t i = 0; i < apply->input_count; i++)
            add_value(function, apply->inputs[i]);
        for (size_t i = 0; i < apply->output_count; i++)
            add_value(function, &apply->outputs[i]);
    }
    for (size_t i = 0; i < function->output_count; i++)
        add_value(function, function->outputs[i])->is_output = true;
    for (size_t i = 0; i < function->update_count; i++)
        add_value(function, function->updates[i].value)->is_output = true;
}

void plan_collect(struct function *function)
{
    const size_t applies = function->graph->apply_count;
    struct search search = { .marks = memory_new(applies + 1, 1),
                             .found = memory_new(applies + 1, sizeof(struct apply *)),
                             /* Each application is pushed once per mark at most. */
                             .stack = memory_new(2 * applies + 1, sizeof(struct apply *)) };
    bool *node_is_static = memory_new(function->graph->node_count + 1, sizeof(bool));

    for (size_t i = 0; i < function->output_count; i++)
        need(&search, function->outputs[i], MARK_DATA);
    for (size_t i = 0; i < function->update_count; i++)
        need(&search, function->updates[i].value, MARK_DATA);
    while (search.stack_count > 0)
        need_inputs(&search, search.stack[--search.stack_count]);
    qsort(search.found, search.found_count, sizeof(struct apply *), by_index);

    function->inferred_count = search.found_count;
    function->inferred = arena_array(&function->arena, search.found_count + 1, sizeof(struct apply *));
    function->place_of = arena_array(&function->arena, applies + 1, sizeof(int));
    for (size_t i = 0; i < applies; i++)
        function->place_of[i] = NEVER;
    function->runs = arena_array(&function->arena, search.found_count + 1, sizeof(bool));
    function->is_static = arena_array(&function->arena, search.found_count + 1, sizeof(bool));
    for (size_t k = 0; k < search.found_count; k++) {
        struct apply *apply = search.found[k];

        function->inferred[k] = apply;
        function->place_of[apply->index] = (int)k;
        function->runs[k] = search.marks[apply->index] == MARK_DATA;
        function->is_static[k] = depends_on_shapes_alone(function, node_is_static, k);
        for (size_t i = 0; i < apply->output_count; i++)
            node_is_static[apply->outputs[i].index] = function->is_static[k];
    }
    function->value_of =
        arena_array(&function->arena, function->graph->node_count + 1, sizeof(struct value *));
    make_values(function);
    free(search.marks);
    free(search.found);
    free(search.stack);
    free(node_is_static);
}
