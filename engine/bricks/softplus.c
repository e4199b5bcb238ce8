/* engine/bricks/softplus.c -- log(1 + e^x). */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool softplus_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                           struct brick_values *results, struct error *err)
{
    (void)self;
    return brick_result(results, node_softplus(graph, inputs->items[0], err));
}

const struct brick_type softplus_brick_type = {
    .component = { .name = "Softplus", .about = "A smooth rectifier." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = softplus_apply,
};
