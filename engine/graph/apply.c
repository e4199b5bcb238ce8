/* engine/graph/apply.c -- applications of operations; equal ones are made only once. */
#include "engine/graph/graph_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

bool raise_shapes(struct error *err, const char *operation, const struct shape *a, const struct shape *b,
                  const char *format, ...)
{
    char a_text[SHAPE_TEXT_BYTES], b_text[SHAPE_TEXT_BYTES], why[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    if (!b)
        return RAISE(err, ERROR_SHAPE, NULL, "%s of shape %s: %s", operation, shape_text(a, a_text), why);
    return RAISE(err, ERROR_SHAPE, NULL, "%s of shapes %s and %s: %s", operation, shape_text(a, a_text),
                 shape_text(b, b_text), why);
}

bool apply_input_is_shape_only(const struct apply *apply, size_t input)
{
    const struct operation *operation = apply->operation;

    return (operation->shape_only_rest && input > 0) || (input < 32 && (operation->shape_only >> input & 1));
}

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < count; i++)
        hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_application(const struct application *application, const struct attributes *attributes)
{
    uint64_t hash = HASH_START;

    hash = hash_bytes(hash, &application->operation, sizeof application->operation);
    hash = hash_bytes(hash, application->inputs, application->input_count * sizeof(struct node *));
    return hash_bytes(hash, attributes, sizeof *attributes);
}

static struct apply *find_equal(const struct graph *graph, const struct application *application,
                                const struct attributes *attributes, uint64_t hash)
{
    struct apply *apply = graph->buckets[hash % GRAPH_BUCKETS];

    for (; apply; apply = apply->next_of_hash)
        if (apply->hash == hash && apply->operation == application->operation &&
            apply->input_count == application->input_count && apply->outputs[0].dtype == application->dtype &&
            memcmp(apply->inputs, application->inputs, apply->input_count * sizeof(struct node *)) == 0 &&
            memcmp(&apply->attributes, attributes, sizeof *attributes) == 0)
            return apply;
    return NULL;
}

/* Plans the shapes of the results and makes their nodes. */
static bool make_outputs(struct graph *graph, struct apply *apply, enum dtype dtype, struct error *err)
{
    struct shape *inputs = arena_array(&graph->arena, apply->input_count + 1, sizeof *inputs);
    struct shape outputs[RESULTS_MAX];
    char text[SHAPE_TEXT_BYTES];
    bool on_data = false;
    int64_t elements;

    for (size_t i = 0; i < apply->input_count; i++) {
        inputs[i] = apply->inputs[i]->shape;
        on_data = on_data || apply->inputs[i]->on_data;
    }
    memset(outputs, 0, sizeof outputs);
    if (!apply->operation->infer(apply, inputs, outputs, err))
        return false;
    apply->outputs = arena_array(&graph->arena, apply->output_count, sizeof *apply->outputs);
    for (size_t i = 0; i < apply->output_count; i++) {
        if (!shape_count(&outputs[i], &elements))
            return RAISE(err, ERROR_LIMIT, NULL, "%s gives shape %s, which has too many elements",
                         apply->operation->name, shape_text(&outputs[i], text));
        apply->outputs[i] = (struct node){ .kind = NODE_RESULT,
                                           .dtype = dtype,
                                           .shape = outputs[i],
                                           .index = graph->node_count++,
                                           .on_data = on_data,
                                           .apply = apply,
                                           .output = (int)i };
    }
    return true;
}

struct apply *graph_apply(struct graph *graph, const struct application *application, struct error *err)
{
    struct attributes attributes;
    struct apply *apply;
    uint64_t hash;

    for (size_t i = 0; i < application->input_count; i++)
        if (!application->inputs[i])
            return NULL;
    memset(&attributes, 0, sizeof attributes);
    if (application->attributes)
        attributes = *application->attributes;
    hash = hash_application(application, &attributes);
    apply = application->operation->unique ? NULL : find_equal(graph, application, &attributes, hash);
    if (apply)
        return apply;
    if (graph->node_count >= GRAPH_NODES_MAX || application->input_count > OPERANDS_MAX) {
        RAISE(err, ERROR_LIMIT, NULL, "the expressions have more than %d operations", (int)GRAPH_NODES_MAX);
        return NULL;
    }
    apply = arena_alloc(&graph->arena, sizeof *apply);
    apply->operation = application->operation;
    apply->attributes = attributes;
    apply->input_count = application->input_count;
    apply->output_count =
        application->operation->output_count ? (size_t)application->operation->output_count : 1;
    apply->inputs = arena_array(&graph->arena, apply->input_count + 1, sizeof(struct node *));
    memcpy(apply->inputs, application->inputs, apply->input_count * sizeof(struct node *));
    apply->hash = hash;
    if (!make_outputs(graph, apply, application->dtype, err))
        return NULL;
    apply->index = graph->apply_count++;
    apply->next_of_hash = graph->buckets[hash % GRAPH_BUCKETS];
    graph->buckets[hash % GRAPH_BUCKETS] = apply;
    return apply;
}

struct node *graph_apply_one(struct graph *graph, const struct operation *operation,
                             struct node *const *inputs, size_t input_count,
                             const struct attributes *attributes, enum dtype dtype, struct error *err)
{
    const struct application application = { operation, inputs, input_count, attributes, dtype };
    struct apply *apply = graph_apply(graph, &application, err);

    return apply ? &apply->outputs[0] : NULL;
}

bool node_depends_on_data(const struct node *node)
{
    return node->on_data;
}

/* The node and all that it is made of, each at its index: operands come before results.  The caller frees. */
static const struct node **ancestors(const struct node *node)
{
    const struct node **found = memory_new(node->index + 1, sizeof *found);
    const struct node **stack = memory_new(node->index + 1, sizeof *stack);
    size_t count = 0;

    found[node->index] = stack[count++] = node;
    while (count > 0) {
        const struct apply *apply = stack[--count]->apply;

        for (size_t i = 0; apply && i < apply->input_count; i++) {
            const struct node *input = apply->inputs[i];

            if (!found[input->index])
                found[input->index] = stack[count++] = input;
        }
    }
    free(stack);
    return found;
}

bool node_depends_on(const struct node *node, const struct node *leaf)
{
    const struct node **found = ancestors(node);
    const bool depends = leaf->index <= node->index && found[leaf->index] == leaf;

    free(found);
    return depends;
}

/* The shape of one node, those of its operands being known. */
static bool shape_of_result(const struct node *node, const struct shape *shapes, struct shape *out,
                            struct error *err)
{
    const struct apply *apply = node->apply;
    struct shape inputs[OPERANDS_MAX], outputs[RESULTS_MAX];

    for (size_t i = 0; i < apply->input_count; i++)
        inputs[i] = shapes[apply->inputs[i]->index];
    if (!apply->operation->infer(apply, inputs, outputs, err))
        return false;
    *out = outputs[node->output];
    return true;
}

bool node_shape_of_batch(const struct node *node, int64_t examples, struct shape *out, struct error *err)
{
    const struct node **found = ancestors(node);
    struct shape *shapes = memory_new(node->index + 1, sizeof *shapes);
    bool good = true;

    for (size_t i = 0; i <= node->index && good; i++) {
        if (!found[i])
            continue;
        shapes[i] = found[i]->shape;
        if (found[i]->kind == NODE_INPUT && shapes[i].rank > 0 && shapes[i].dims[0] > examples)
            shapes[i].dims[0] = examples;
        good = found[i]->kind != NODE_RESULT || shape_of_result(found[i], shapes, &shapes[i], err);
    }
    if (good)
        *out = shapes[node->index];
    free(found);
    free(shapes);
    return good;
}

static int by_index(const void *a, const void *b)
{
    const struct apply *const *x = a, *const *y = b;

    return (*x)->index < (*y)->index ? -1 : 1;
}

void applies_sort(struct apply **applies, size_t count)
{
    qsort(applies, count, sizeof(struct apply *), by_index);
}
