/* engine/bricks/leaky_rectifier.c -- x > 0: x; else leak x.  Slope (1 + leak) / 2 at exactly 0. */
#include "engine/bricks/leaky_rectifier.h"

#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static const struct param params[] = {
    PARAM(leaky_rectifier, leak, REAL, .preset = "0.01", .about = "The slope for negative inputs."), PARAM_END
};

static bool leaky_rectifier_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                                  struct brick_values *results, struct error *err)
{
    const struct leaky_rectifier *settings = self->settings;

    return brick_result(results, node_leaky_rectifier(graph, inputs->items[0], settings->leak, err));
}

const struct brick_type leaky_rectifier_brick_type = {
    .component = { .name = "LeakyRectifier",
                   .about = "A rectifier that lets a small part of negative inputs through.",
                   .params = params,
                   .settings_size = sizeof(struct leaky_rectifier) },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = leaky_rectifier_apply,
};
