/* engine/bricks/logistic.c -- 1 / (1 + e^-x). */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static bool logistic_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                           struct brick_values *results, struct error *err)
{
    (void)self;
    return brick_result(results, node_logistic(graph, inputs->items[0], err));
}

const struct brick_type logistic_brick_type = {
    .component = { .name = "Logistic", .about = "The logistic function, between 0 and 1." },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = logistic_apply,
};
