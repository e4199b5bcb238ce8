/* engine/definition/assembly_live.c -- hyper-parameters that are monitored: nodes that read them where they
 * stand. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/assembly.h"

struct assembly_live {
    struct assembly_live *next;
    struct tensor tensor; /* a float64 scalar, in the step rule */
    char *path;           /* "step_rule.learning_rate" */
};

static const char prefix[] = "algorithm.";

bool assembly_names_live(const struct assembly *assembly, const char *name)
{
    return strncmp(name, prefix, sizeof prefix - 1) == 0 &&
           assembly->algorithm->type->live(assembly->algorithm, name + sizeof prefix - 1);
}

static const struct tensor *tensor_of(struct assembly *assembly, const char *path)
{
    struct assembly_live *live = assembly->lives;

    while (live && strcmp(live->path, path) != 0)
        live = live->next;
    if (!live) {
        live = memory_new(1, sizeof *live);
        live->next = assembly->lives;
        live->tensor.dtype = DTYPE_FLOAT64;
        live->path = memory_text(path);
        assembly->lives = live;
    }
    return &live->tensor;
}

struct node *assembly_live_node(struct assembly *assembly, const char *name, bool training, struct error *err)
{
    return node_external(training ? assembly->training.graph : assembly->evaluation.graph, name,
                         tensor_of(assembly, name + sizeof prefix - 1), err);
}

void assembly_resolve_lives(struct assembly *assembly)
{
    for (struct assembly_live *live = assembly->lives; live; live = live->next)
        live->tensor.data = assembly->algorithm->type->live(assembly->algorithm, live->path);
}

void assembly_free_lives(struct assembly *assembly)
{
    for (struct assembly_live *live = assembly->lives, *next; live; live = next) {
        next = live->next;
        free(live->path);
        free(live);
    }
}
