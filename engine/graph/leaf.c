/* engine/graph/leaf.c -- where a graph begins: sources, variables, constants; see graph.h. */
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/graph/graph_state.h"

static struct node **leaf_bucket(struct graph *graph, enum node_kind kind, const char *name)
{
    return &graph->leaf_buckets[hash_bytes(HASH_START + kind, name, strlen(name)) % GRAPH_BUCKETS];
}

static struct node *find_leaf(struct graph *graph, enum node_kind kind, const char *name)
{
    struct node *node = *leaf_bucket(graph, kind, name);

    while (node && (node->kind != kind || strcmp(node->name, name) != 0))
        node = node->next_of_hash;
    return node;
}

/* `name` may be NULL: then it is not found again. */
static struct node *new_leaf(struct graph *graph, enum node_kind kind, const char *name, enum dtype dtype,
                             const struct shape *shape)
{
    struct node *node = arena_alloc(&graph->arena, sizeof *node);

    node->kind = kind;
    node->dtype = dtype;
    node->shape = *shape;
    node->index = graph->node_count++;
    node->name = arena_text(&graph->arena, name);
    node->on_data = kind == NODE_INPUT;
    if (name) {
        struct node **bucket = leaf_bucket(graph, kind, name);
        node->next_of_hash = *bucket;
        *bucket = node;
    }
    return node;
}

/* The leaf of that name again, if it is used as it was before; true when the name is new. */
static bool leaf_is_new(struct graph *graph, enum node_kind kind, const char *name, enum dtype dtype,
                        const struct shape *shape, struct node **out, struct error *err)
{
    char old_text[SHAPE_TEXT_BYTES], new_text[SHAPE_TEXT_BYTES];
    struct node *node = find_leaf(graph, kind, name);

    *out = node;
    if (node && (node->dtype != dtype || !shape_equal(&node->shape, shape))) {
        RAISE(err, ERROR_SHAPE, NULL, "'%s' has the shape %s of %s in one place and %s of %s in another",
              name, shape_text(&node->shape, old_text), dtype_name(node->dtype), shape_text(shape, new_text),
              dtype_name(dtype));
        *out = NULL;
        return false;
    }
    return !node;
}

struct node *node_input(struct graph *graph, const char *source, enum dtype dtype, const struct shape *shape,
                        struct error *err)
{
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;
    struct node *node;

    if (!shape_count(shape, &elements)) {
        RAISE(err, ERROR_LIMIT, NULL, "source '%s' of shape %s has too many elements", source,
              shape_text(shape, text));
        return NULL;
    }
    if (!leaf_is_new(graph, NODE_INPUT, source, dtype, shape, &node, err))
        return node;
    return new_leaf(graph, NODE_INPUT, source, dtype, shape);
}

static struct node *variable_node(struct graph *graph, enum variable_role role, const char *name,
                                  enum dtype dtype, const struct shape *shape, struct error *err)
{
    struct variable *variable = variables_declare(graph->options.variables, role, name, dtype, shape, err);
    struct node *node;

    if (!variable || !leaf_is_new(graph, NODE_VARIABLE, name, dtype, shape, &node, err))
        return variable ? node : NULL;
    node = new_leaf(graph, NODE_VARIABLE, name, dtype, shape);
    node->variable = variable;
    return node;
}

struct node *node_parameter(struct graph *graph, const char *path, const struct shape *shape,
                            struct error *err)
{
    return variable_node(graph, VARIABLE_PARAMETER, path, graph_real(graph), shape, err);
}

struct node *node_shared(struct graph *graph, const char *name, const struct shape *shape, struct error *err)
{
    return variable_node(graph, VARIABLE_SHARED, name, graph_real(graph), shape, err);
}

struct node *node_random_stream(struct graph *graph, struct error *err)
{
    char name[32];
    const struct shape shape = shape_of(1, INT64_C(2));
    struct node *node;

    snprintf(name, sizeof name, "random_%u", graph->random_streams++);
    node = variable_node(graph, VARIABLE_RANDOM, name, DTYPE_INT64, &shape, err);
    if (node)
        node->variable->seed = (int64_t)(((uint64_t)graph->options.seed << 32) | graph->random_streams);
    return node;
}

struct node *node_external(struct graph *graph, const char *name, const struct tensor *tensor,
                           struct error *err)
{
    struct node *node;

    if (!leaf_is_new(graph, NODE_EXTERNAL, name, tensor->dtype, &tensor->shape, &node, err))
        return node;
    node = new_leaf(graph, NODE_EXTERNAL, name, tensor->dtype, &tensor->shape);
    node->external = tensor;
    return node;
}

struct node *node_constant(struct graph *graph, double value)
{
    const struct shape scalar = shape_of(0);
    char name[REAL_TEXT_BYTES];
    struct node *node;

    snprintf(name, sizeof name, "%a", value);
    node = find_leaf(graph, NODE_CONSTANT, name);
    if (node)
        return node;
    node = new_leaf(graph, NODE_CONSTANT, name, graph_real(graph), &scalar);
    node->constant =
        (struct tensor){ node->dtype, scalar, arena_alloc(&graph->arena, dtype_bytes(node->dtype)) };
    tensor_write(&node->constant, 0, value);
    return node;
}

struct node *node_constant_tensor(struct graph *graph, const struct tensor *value, struct error *err)
{
    enum { BYTES_MAX = 1 << 26 };
    struct node *node;
    int64_t elements;

    if (!shape_count(&value->shape, &elements) ||
        elements > BYTES_MAX / (int64_t)dtype_bytes(graph_real(graph))) {
        RAISE(err, ERROR_LIMIT, NULL, "a constant has too many elements");
        return NULL;
    }
    node = new_leaf(graph, NODE_CONSTANT, NULL, graph_real(graph), &value->shape);
    node->constant = (struct tensor){ node->dtype, value->shape, NULL };
    node->constant.data = arena_alloc(&graph->arena, tensor_bytes(&node->constant) + 1);
    tensor_convert(value, &node->constant);
    return node;
}

struct variable *node_variable(const struct node *node)
{
    return node->variable;
}

bool node_is_scalar_constant(const struct node *node, double *out_value)
{
    if (node->kind != NODE_CONSTANT || node->shape.rank != 0)
        return false;
    *out_value = tensor_read(&node->constant, 0);
    return true;
}
