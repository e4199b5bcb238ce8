/* engine/graph/graph_state.h -- what a graph holds; for the files of engine/graph only. */
#ifndef ENGINE_GRAPH_GRAPH_STATE_H
#define ENGINE_GRAPH_GRAPH_STATE_H

#include "engine/base/arena.h"
#include "engine/graph/node.h"

enum { GRAPH_NODES_MAX = 50000, GRAPH_BUCKETS = 4096 };

struct graph_name {
    const char *name;
    struct node *node;
    enum name_role role;
};

struct graph {
    struct arena arena;
    struct graph_options options;
    struct team *team;
    size_t node_count, apply_count;
    unsigned random_streams;
    struct graph_name *names;
    size_t name_count, name_capacity;
    struct update *updates;
    size_t update_count, update_capacity;
    struct apply *buckets[GRAPH_BUCKETS];
    struct node *leaf_buckets[GRAPH_BUCKETS]; /* leaves by kind and name */
};

/* FNV-1a over some bytes, going on from `hash`; starts at HASH_START. */
#define HASH_START UINT64_C(14695981039346656037)
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count);

/* Puts applications in the order of their making: each behind those whose results it reads. */
void applies_sort(struct apply **applies, size_t count);

#endif
