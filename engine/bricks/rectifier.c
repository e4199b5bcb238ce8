/* engine/bricks/rectifier.c -- max(x, 0); slope 1/2 at exactly 0. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool rectifier_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                            struct brick_values *results, struct error *err)
{
    (void)self;
    return brick_result(results, node_rectifier(graph, inputs->items[0], err));
}

const struct brick_type rectifier_brick_type = {
    .component = { .name = "Rectifier",
                   .about = "Zero for negative inputs, the input itself for positive ones." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = rectifier_apply,
};
