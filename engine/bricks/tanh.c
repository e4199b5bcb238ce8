/* engine/bricks/tanh.c -- tanh x. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool tanh_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                       struct brick_values *results, struct error *err)
{
    (void)self;
    return brick_result(results, node_tanh(graph, inputs->items[0], err));
}

const struct brick_type tanh_brick_type = {
    .component = { .name = "Tanh", .about = "The hyperbolic tangent." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = tanh_apply,
};
