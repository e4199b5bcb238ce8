/* engine/graph/graph.c -- a graph, its names and updates; see graph.h. */
#include "engine/graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_state.h"

struct graph *graph_new(const struct graph_options *options)
{
    struct graph *graph = memory_new(1, sizeof *graph);

    graph->options = *options;
    return graph;
}

void graph_free(struct graph *graph)
{
    if (!graph)
        return;
    free(graph->names);
    free(graph->updates);
    arena_fini(&graph->arena);
    free(graph);
}

enum graph_mode graph_mode(const struct graph *graph)
{
    return graph->options.mode;
}

void graph_use_team(struct graph *graph, struct team *team)
{
    graph->team = team;
}

struct team *graph_team(const struct graph *graph)
{
    return graph->team;
}

enum dtype graph_real(const struct graph *graph)
{
    return variables_real(graph->options.variables);
}

struct variables *graph_variables(const struct graph *graph)
{
    return graph->options.variables;
}

enum dtype node_dtype(const struct node *node)
{
    return node->dtype;
}

const struct shape *node_shape(const struct node *node)
{
    return &node->shape;
}

int node_rank(const struct node *node)
{
    return node->shape.rank;
}

int64_t node_dim(const struct node *node, int axis)
{
    return node->shape.dims[axis < 0 ? axis + node->shape.rank : axis];
}

/* ---- Names ---- */

bool graph_name(struct graph *graph, struct node *node, const char *name, enum name_role role,
                struct error *err)
{
    struct node *old = graph_find(graph, name);

    if (!node)
        return false;
    if (old == node)
        return true;
    if (old)
        return RAISE(err, ERROR_DUPLICATE, NULL, "two variables are called '%s'", name);
    graph->names = memory_room(graph->names, graph->name_count, &graph->name_capacity, sizeof *graph->names);
    graph->names[graph->name_count++] = (struct graph_name){ arena_text(&graph->arena, name), node, role };
    return true;
}

struct node *graph_find(const struct graph *graph, const char *name)
{
    for (size_t i = 0; i < graph->name_count; i++)
        if (strcmp(graph->names[i].name, name) == 0)
            return graph->names[i].node;
    return NULL;
}

size_t graph_name_count(const struct graph *graph)
{
    return graph->name_count;
}

const char *graph_name_at(const struct graph *graph, size_t index, struct node **out_node,
                          enum name_role *out_role)
{
    *out_node = graph->names[index].node;
    *out_role = graph->names[index].role;
    return graph->names[index].name;
}

/* ---- Updates ---- */

bool graph_add_update(struct graph *graph, struct node *variable, struct node *value, struct error *err)
{
    if (!variable || !value)
        return false;
    if (variable->kind != NODE_VARIABLE || variable->dtype != value->dtype)
        return RAISE(err, ERROR_INTERNAL, NULL, "an update is for a shared variable and of its dtype");
    if (!shape_equal(&variable->shape, &value->shape))
        return raise_shapes(err, "update", &variable->shape, &value->shape, "'%s' cannot change its shape",
                            variable->name);
    graph->updates =
        memory_room(graph->updates, graph->update_count, &graph->update_capacity, sizeof *graph->updates);
    graph->updates[graph->update_count++] = (struct update){ variable, value };
    return true;
}

const struct update *graph_updates(const struct graph *graph, size_t *out_count)
{
    *out_count = graph->update_count;
    return graph->updates;
}
