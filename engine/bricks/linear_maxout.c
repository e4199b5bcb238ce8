/* engine/bricks/linear_maxout.c -- Linear to output_dim num_pieces columns, then Maxout. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/linear.h"
#include "engine/bricks/maxout.h"

struct linear_maxout {
    struct initializable initializable; /* first */
    int64_t input_dim, output_dim, num_pieces;
};

static const struct param params[] = {
    PARAM(linear_maxout, input_dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX,
          .about = "Columns of the input."),
    PARAM(linear_maxout, output_dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX,
          .about = "Columns of the result."),
    PARAM(linear_maxout, num_pieces, INTEGER, .required = true, .min = 1, .max = BRICK_WIDTH_MAX,
          .about = "The number of linear functions of which the greatest is taken."),
    INITIALIZABLE_PARAMS, PARAM_END
};

static bool linear_maxout_build(struct brick *self, struct error_list *errors)
{
    return brick_add_new(self, &linear_brick_type, NULL, errors) &&
           brick_add_new(self, &maxout_brick_type, NULL, errors);
}

static void linear_maxout_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct linear_maxout *settings = self->settings;

    if (input_dim != INTEGER_ABSENT)
        settings->input_dim = input_dim;
    if (output_dim != INTEGER_ABSENT)
        settings->output_dim = output_dim;
}

static bool linear_maxout_push(struct brick *self, struct error_list *errors)
{
    const struct linear_maxout *settings = self->settings;
    struct linear *linear = self->children[0]->settings;
    struct maxout *maxout = self->children[1]->settings;

    if (!brick_need_dims(self, settings->input_dim, settings->output_dim, errors))
        return false;
    linear->input_dim = settings->input_dim;
    linear->output_dim = settings->output_dim * settings->num_pieces;
    brick_push_use_bias(self, self->children[0]);
    maxout->num_pieces = settings->num_pieces;
    return true;
}

const struct brick_type linear_maxout_brick_type = {
    .component = { .name = "LinearMaxout",
                   .about = "Takes the greatest of several linear functions.",
                   .params = params,
                   .settings_size = sizeof(struct linear_maxout) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .build = linear_maxout_build,
    .push = linear_maxout_push,
    .set_dims = linear_maxout_set_dims,
    .apply = brick_apply_children,
};
