/* engine/bricks/bricks.h -- every brick; the list is in bricks.c. */
#ifndef ENGINE_BRICKS_BRICKS_H
#define ENGINE_BRICKS_BRICKS_H

#include "engine/bricks/brick.h"

extern const struct brick_type average_pooling_brick_type;
extern const struct brick_type batch_normalization_brick_type;
extern const struct brick_type batch_normalized_mlp_brick_type;
extern const struct brick_type bias_brick_type;
extern const struct brick_type bidirectional_brick_type;
extern const struct brick_type convolutional_brick_type;
extern const struct brick_type convolutional_sequence_brick_type;
extern const struct brick_type convolutional_transpose_brick_type;
extern const struct brick_type distribute_brick_type;
extern const struct brick_type feedforward_sequence_brick_type;
extern const struct brick_type flattener_brick_type;
extern const struct brick_type fork_brick_type;
extern const struct brick_type gated_recurrent_brick_type;
extern const struct brick_type identity_brick_type;
extern const struct brick_type leaky_rectifier_brick_type;
extern const struct brick_type linear_brick_type;
extern const struct brick_type linear_maxout_brick_type;
extern const struct brick_type logistic_brick_type;
extern const struct brick_type lookup_table_brick_type;
extern const struct brick_type lstm_brick_type;
extern const struct brick_type maxout_brick_type;
extern const struct brick_type max_pooling_brick_type;
extern const struct brick_type merge_brick_type;
extern const struct brick_type mlp_brick_type;
extern const struct brick_type n_dimensional_softmax_brick_type;
extern const struct brick_type parallel_brick_type;
extern const struct brick_type rectifier_brick_type;
extern const struct brick_type recurrent_stack_brick_type;
extern const struct brick_type sequence_brick_type;
extern const struct brick_type simple_recurrent_brick_type;
extern const struct brick_type softmax_brick_type;
extern const struct brick_type softplus_brick_type;
extern const struct brick_type spatial_batch_normalization_brick_type;
extern const struct brick_type tanh_brick_type;

#endif
