/* engine/graph/collect.c -- what a function has to compute, and of what only the shape matters. */
#include "engine/graph/graph_state.h"
#include "engine/graph/plan.h"

#include <stdlib.h>

#include "engine/base/memory.h"

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

/* All applications that outputs and updates need, in the order of their making. */
static void search_from_outputs(const struct function *function, struct search *search)
{
    for (size_t i = 0; i < function->output_count; i++)
        need(search, function->outputs[i], MARK_DATA);
    for (size_t i = 0; i < function->update_count; i++)
        need(search, function->updates[i].value, MARK_DATA);
    while (search->stack_count > 0)
        need_inputs(search, search->stack[--search->stack_count]);
    applies_sort(search->found, search->found_count);
}

/* The application, or what is left of it to do where the function makes anyway what it contains: results that
 * others read too are computed once. */
static struct apply *rest_of(struct function *function, const struct search *search, struct apply *apply)
{
    const struct operation *rest = apply->operation->rest;
    struct node **contained = rest ? &apply->inputs[apply->input_count - 1] : NULL;
    struct apply *shorter;

    if (!rest || search->marks[(*contained)->apply->index] != MARK_DATA)
        return apply;
    shorter = arena_alloc(&function->arena, sizeof *shorter);
    *shorter = *apply;
    shorter->operation = rest;
    shorter->inputs = contained;
    shorter->input_count = 1;
    return shorter;
}

static void place_applications(struct function *function, const struct search *search)
{
    const size_t applies = function->graph->apply_count, count = search->found_count;
    bool *node_is_static = memory_new(function->graph->node_count + 1, sizeof(bool));

    function->inferred_count = count;
    function->inferred = arena_array(&function->arena, count + 1, sizeof(struct apply *));
    function->place_of = arena_array(&function->arena, applies + 1, sizeof(int));
    for (size_t i = 0; i < applies; i++)
        function->place_of[i] = NEVER;
    function->runs = arena_array(&function->arena, count + 1, sizeof(bool));
    function->is_static = arena_array(&function->arena, count + 1, sizeof(bool));
    for (size_t k = 0; k < count; k++) {
        struct apply *apply = rest_of(function, search, search->found[k]);

        function->inferred[k] = apply;
        function->place_of[apply->index] = (int)k;
        function->runs[k] = search->marks[apply->index] == MARK_DATA;
        function->is_static[k] = depends_on_shapes_alone(function, node_is_static, k);
        for (size_t i = 0; i < apply->output_count; i++)
            node_is_static[apply->outputs[i].index] = function->is_static[k];
    }
    free(node_is_static);
}

void plan_collect(struct function *function)
{
    const size_t applies = function->graph->apply_count;
    struct search search = { .marks = memory_new(applies + 1, 1),
                             .found = memory_new(applies + 1, sizeof(struct apply *)),
                             /* Each application is pushed once per mark at most. */
                             .stack = memory_new(2 * applies + 1, sizeof(struct apply *)) };

    search_from_outputs(function, &search);
    place_applications(function, &search);
    function->value_of =
        arena_array(&function->arena, function->graph->node_count + 1, sizeof(struct value *));
    make_values(function);
    free(search.marks);
    free(search.found);
    free(search.stack);
}
