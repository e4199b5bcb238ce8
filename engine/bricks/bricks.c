/* engine/bricks/bricks.c -- the list of all bricks. */
#include "engine/bricks/bricks.h"

static const struct component_type *const types[] = {
    &average_pooling_brick_type.component,
    &batch_normalization_brick_type.component,
    &batch_normalized_mlp_brick_type.component,
    &bias_brick_type.component,
    &bidirectional_brick_type.component,
    &convolutional_brick_type.component,
    &convolutional_sequence_brick_type.component,
    &convolutional_transpose_brick_type.component,
    &distribute_brick_type.component,
    &feedforward_sequence_brick_type.component,
    &flattener_brick_type.component,
    &fork_brick_type.component,
    &gated_recurrent_brick_type.component,
    &identity_brick_type.component,
    &leaky_rectifier_brick_type.component,
    &linear_brick_type.component,
    &linear_maxout_brick_type.component,
    &logistic_brick_type.component,
    &lookup_table_brick_type.component,
    &lstm_brick_type.component,
    &maxout_brick_type.component,
    &max_pooling_brick_type.component,
    &merge_brick_type.component,
    &mlp_brick_type.component,
    &n_dimensional_softmax_brick_type.component,
    &parallel_brick_type.component,
    &rectifier_brick_type.component,
    &recurrent_stack_brick_type.component,
    &sequence_brick_type.component,
    &simple_recurrent_brick_type.component,
    &softmax_brick_type.component,
    &softplus_brick_type.component,
    &spatial_batch_normalization_brick_type.component,
    &tanh_brick_type.component,
    NULL,
};

static const struct param common[] = {
    PARAM(
        brick_common, name, TEXT,
        .about =
            "The name in paths of parameters; by default the type in lower case, or the key of a top brick."),
    PARAM_END
};

const struct family brick_family = {
    .name = "brick",
    .plural = "bricks",
    .types = types,
    .text_shorthand = true,
    .common = common,
    .common_size = sizeof(struct brick_common),
};
