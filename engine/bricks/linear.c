/* engine/bricks/linear.c -- x W + b.  x is (..., input_dim), W (input_dim, output_dim), b (output_dim). */
#include "engine/bricks/linear.h"

#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

static const struct param params[] = {
    PARAM(linear, input_dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX, .about = "Columns of the input."),
    PARAM(linear, output_dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX, .about = "Columns of the result."),
    INITIALIZABLE_PARAMS, PARAM_END
};

static void linear_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct linear *linear = self->settings;

    if (input_dim != INTEGER_ABSENT)
        linear->input_dim = input_dim;
    if (output_dim != INTEGER_ABSENT)
        linear->output_dim = output_dim;
}

static bool linear_declare(struct brick *self, struct error_list *errors)
{
    const struct linear *linear = self->settings;
    const struct shape weights = { 2, { linear->input_dim, linear->output_dim } };
    const struct shape biases = { 1, { linear->output_dim } };

    if (!brick_need_dims(self, linear->input_dim, linear->output_dim, errors) ||
        !brick_add_parameter(self, "W", &weights, PARAMETER_WEIGHT, errors))
        return false;
    return linear->initializable.use_bias != BOOLEAN_TRUE ||
           brick_add_parameter(self, "b", &biases, PARAMETER_BIAS, errors);
}

static bool linear_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                         struct brick_values *results, struct error *err)
{
    const struct linear *linear = self->settings;
    struct node *x = inputs->items[0], *product;

    if (!brick_check_last_axis(x, linear->input_dim, "input_dim", err))
        return false;
    product = node_dot(graph, x, brick_parameter_node(self, graph, "W", err), err);
    if (product && linear->initializable.use_bias == BOOLEAN_TRUE)
        product = node_add(graph, product, brick_parameter_node(self, graph, "b", err), err);
    return brick_result(results, product);
}

const struct brick_type linear_brick_type = {
    .component = { .name = "Linear",
                   .about = "Multiplies with a matrix of weights and adds biases.",
                   .params = params,
                   .settings_size = sizeof(struct linear) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = linear_declare,
    .set_dims = linear_set_dims,
    .apply = linear_apply,
    .auxiliaries = parameter_norms,
};
