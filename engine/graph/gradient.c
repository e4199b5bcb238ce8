/* engine/graph/gradient.c -- reverse-mode differentiation: from the cost back along every path to what is
 * wanted. */
#include "engine/graph/graph_state.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/base/memory.h"

/* The walk goes over applications, of which there can be many in a row: no recursion. */
struct walk {
    struct apply **items; /* ancestors of the cost that lead to a wanted node */
    size_t count, capacity;
    bool *seen, *leads; /* by index of the node */
    struct node **gradients;
};

static void push(struct walk *walk, struct apply *apply)
{
    walk->items = memory_room(walk->items, walk->count, &walk->capacity, sizeof(struct apply *));
    walk->items[walk->count++] = apply;
}

/* Collects all ancestors of `cost`, each once. */
static void collect(struct walk *walk, struct node *cost)
{
    if (cost->apply)
        push(walk, cost->apply);
    for (size_t next = 0; next < walk->count; next++) {
        const struct apply *apply = walk->items[next];

        for (size_t i = 0; i < apply->input_count; i++) {
            struct apply *from = apply->inputs[i]->apply;
            if (!from || apply_input_is_shape_only(apply, i) || walk->seen[from->outputs[0].index])
                continue;
            walk->seen[from->outputs[0].index] = true;
            push(walk, from);
        }
    }
}

/* Marks the nodes between the wanted ones and the cost. */
static void mark_leading(struct walk *walk, struct node *const *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        walk->leads[wanted[i]->index] = true;
    applies_sort(walk->items, walk->count);
    for (size_t k = 0; k < walk->count; k++) {
        const struct apply *apply = walk->items[k];
        bool leads = false;

        for (size_t i = 0; i < apply->input_count; i++)
            leads = leads || (!apply_input_is_shape_only(apply, i) && walk->leads[apply->inputs[i]->index]);
        for (size_t i = 0; i < apply->output_count && leads; i++)
            walk->leads[apply->outputs[i].index] = true;
    }
}

/* Hands the gradients of one application's results on to its operands. */
static bool go_back(struct graph *graph, struct walk *walk, struct apply *apply, struct error *err)
{
    struct node *outputs[RESULTS_MAX], **inputs;
    bool arrived = false, leads = false, done = false;

    for (size_t i = 0; i < apply->output_count; i++) {
        outputs[i] = walk->gradients[apply->outputs[i].index];
        arrived = arrived || outputs[i];
    }
    for (size_t i = 0; i < apply->input_count; i++)
        leads = leads || (!apply_input_is_shape_only(apply, i) && walk->leads[apply->inputs[i]->index]);
    if (!arrived || !leads)
        return true;
    if (apply->operation->flat)
        return true;
    if (!apply->operation->gradient)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "there is no gradient of %s", apply->operation->name);
    inputs = memory_new(apply->input_count, sizeof *inputs);
    if (!apply->operation->gradient(graph, apply, outputs, inputs, err))
        goto done;
    for (size_t i = 0; i < apply->input_count; i++) {
        const struct node *x = apply->inputs[i];

        if (!inputs[i] || !walk->leads[x->index])
            continue;
        assert(shape_equal(&inputs[i]->shape, &x->shape));
        if (walk->gradients[x->index])
            inputs[i] = node_add(graph, walk->gradients[x->index], inputs[i], err);
        if (!inputs[i])
            goto done;
        walk->gradients[x->index] = inputs[i];
    }
    done = true;
done:
    free(inputs);
    return done;
}

static bool raise_independent(const struct node *wanted, struct error *err)
{
    return RAISE(err, ERROR_INVALID_VALUE, NULL, "the cost does not depend on %s%s%s%s",
                 wanted->name ? "'" : "a variable", wanted->name ? wanted->name : "", wanted->name ? "'" : "",
                 wanted->name ? "" : " whose gradient is wanted");
}

bool graph_gradient(struct graph *graph, struct node *cost, struct node *const *wanted, size_t count,
                    struct node **out_gradients, struct error *err)
{
    const size_t nodes = graph->node_count;
    struct walk walk = { .seen = NULL };
    bool done = false;

    if (!cost)
        return false;
    if (cost->shape.rank != 0)
        return raise_shapes(err, "gradient", &cost->shape, NULL, "the cost has to be a scalar");
    walk.seen = memory_new(nodes, sizeof *walk.seen);
    walk.leads = memory_new(nodes, sizeof *walk.leads);
    walk.gradients = memory_new(nodes, sizeof(struct node *));
    collect(&walk, cost);
    mark_leading(&walk, wanted, count);
    walk.gradients[cost->index] = node_constant(graph, 1);
    for (size_t k = walk.count; k-- > 0;)
        if (!go_back(graph, &walk, walk.items[k], err))
            goto done;
    for (size_t i = 0; i < count; i++) {
        out_gradients[i] = walk.gradients[wanted[i]->index];
        if (!out_gradients[i]) {
            raise_independent(wanted[i], err);
            goto done;
        }
    }
    done = true;
done:
    free(walk.items);
    free(walk.seen);
    free(walk.leads);
    free(walk.gradients);
    return done;
}
