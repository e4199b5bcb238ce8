/* engine/bricks/flattener.c -- (n, ...) to (n, all the rest). */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool flattener_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                            struct brick_values *results, struct error *err)
{
    (void)self;
    return brick_result(results, node_flatten(graph, inputs->items[0], 2, err));
}

const struct brick_type flattener_brick_type = {
    .component = { .name = "Flattener", .about = "Keeps the first axis and merges all others." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = flattener_apply,
};
