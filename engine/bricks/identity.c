/* engine/bricks/identity.c -- x. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool identity_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                           struct brick_values *results, struct error *err)
{
    (void)self;
    (void)graph;
    (void)err;
    return brick_result(results, inputs->items[0]);
}

const struct brick_type identity_brick_type = {
    .component = { .name = "Identity", .about = "Gives its input back: no activation." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = identity_apply,
};
