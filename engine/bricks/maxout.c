/* engine/bricks/maxout.c -- the greatest of each group of num_pieces neighbours on the last axis. */
#include "engine/bricks/maxout.h"

#include <inttypes.h>

#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static const struct param params[] = {
    PARAM(maxout, num_pieces, INTEGER, .required = true, .min = 1, .max = BRICK_WIDTH_MAX,
          .about = "The number of neighbours of which the greatest is taken."),
    PARAM_END
};

static bool maxout_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                         struct brick_values *results, struct error *err)
{
    const struct maxout *settings = self->settings;
    struct node *x = inputs->items[0];
    char text[SHAPE_TEXT_BYTES];

    if (node_rank(x) == 0 || node_dim(x, -1) < settings->num_pieces)
        return RAISE(err, ERROR_SHAPE, NULL,
                     "the last axis of an input of shape %s is shorter than num_pieces %" PRId64,
                     shape_text(node_shape(x), text), settings->num_pieces);
    return brick_result(results, node_maxout(graph, x, settings->num_pieces, err));
}

const struct brick_type maxout_brick_type = {
    .component = { .name = "Maxout",
                   .about = "Takes the greatest of each group of neighbours.",
                   .params = params,
                   .settings_size = sizeof(struct maxout) },
    .inputs_min = 1,
    .inputs_max = 1,
    .apply = maxout_apply,
};
