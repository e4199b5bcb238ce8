/* engine/bricks/bias.c -- x + b.  x is (..., dim), b (dim). */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

struct bias {
    struct initializable initializable; /* first */
    int64_t dim;
};

static const struct param params[] = { PARAM(bias, dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX,
                                             .about = "Columns of the input."),
                                       INITIALIZABLE_PARAMS, PARAM_END };

static void bias_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct bias *bias = self->settings;

    bias->dim = input_dim != INTEGER_ABSENT ? input_dim : output_dim;
}

static bool bias_declare(struct brick *self, struct error_list *errors)
{
    const struct bias *bias = self->settings;
    const struct shape shape = { 1, { bias->dim } };

    return brick_need_dim(self, "dim", bias->dim, errors) &&
           brick_add_parameter(self, "b", &shape, PARAMETER_BIAS, errors);
}

static bool bias_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                       struct brick_values *results, struct error *err)
{
    const struct bias *bias = self->settings;
    struct node *x = inputs->items[0];

    return brick_check_last_axis(x, bias->dim, "dim", err) &&
           brick_result(results, node_add(graph, x, brick_parameter_node(self, graph, "b", err), err));
}

const struct brick_type bias_brick_type = {
    .component = { .name = "Bias",
                   .about = "Adds biases.",
                   .params = params,
                   .settings_size = sizeof(struct bias) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = bias_declare,
    .set_dims = bias_set_dims,
    .apply = bias_apply,
};
