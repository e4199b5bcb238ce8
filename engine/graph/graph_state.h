/* engine/graph/graph_state.h -- what a graph holds; for the files of engine/graph only. */
#ifndef ENGINE_GRAPH_GRAPH_STATE_H
#define ENGINE_GRAPH_GRAPH_STATE_H

#include "engine/base/arena.h"
#include "engine/graph/node.h"

enum { GRAPH_NODES_MAX = 200000, GRAPH_BUCKETS = 4096 };

struct graph_name {
    const char *name;
    struct node *node;
    enum name_role role;
};

struct graph {
    struct arena arena;
    struct graph_options options;
    size_t node_count, apply_count;
    unsigned random_streams;
    struct node **leaves; /* inputs, variables, externals: found again by name */
    size_t leaf_count, leaf_capacity;
    struct graph_name *names;
    size_t name_count, name_capacity;
    struct update *updates;
    size_t update_count, update_capacity;
    struct apply *buckets[GRAPH_BUCKETS];
};

#endif
