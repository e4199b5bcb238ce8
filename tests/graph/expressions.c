/* tests/graph/expressions.c -- see expressions.h. */
#include "tests/graph/expressions.h"

#include <check.h>
#include <string.h>

#include "tests/graph/reference.inc"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define AXES(...) (const int[]){ __VA_ARGS__ }, (int)(sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))
#define DIMS(...)                                                                                            \
    (const int64_t[]){ __VA_ARGS__ }, (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))
#define STEPS(...) (&(struct image_steps){ __VA_ARGS__ })
#define POOL(height, width, step_height, step_width, pad_height, pad_width, ignore_border)                   \
    (&(struct pooling){                                                                                      \
        height, width, { step_height, step_width, pad_height, pad_width }, ignore_border, false })
#define WITH_PADDING(height, width, ...) (&(struct pooling){ height, width, { __VA_ARGS__ }, true, true })
#define CONSTANT(value) node_constant(g, value)
#define TRANSPOSED(node) node_dimshuffle(g, node, AXES(1, 0), e)

static struct node *pooled_and_read(struct graph *g, struct node *const *x, struct error *e)
{
    struct node *places = node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e);
    struct node *pooled = node_pooling(g, POOLING_MAX, places, POOL(2, 2, 2, 2, 0, 0, true), e);

    return node_add(g, pooled, node_mean(g, node_tanh(g, places, e), e), e);
}

/* Batch normalization and what comes of all its results. */
static struct node *normalised(struct graph *g, struct node *const *x, bool scale, bool shift, double epsilon,
                               struct error *e)
{
    struct batch_normalised out;

    return node_batch_normalization(g, x[0], scale ? x[1] : NULL, shift ? x[1 + scale] : NULL, epsilon, &out,
                                    e)
               ? out.y
               : NULL;
}

static struct node *normalised_back(struct graph *g, struct node *const *x, struct error *e)
{
    struct batch_normalised out;

    if (!node_batch_normalization(g, x[0], NULL, x[1], 0, &out, e))
        return NULL;
    return node_subtract(g, node_multiply(g, out.y, out.stdev, e), node_sqr(g, out.mean, e), e);
}

static struct node *statistics(struct graph *g, struct node *const *x, struct error *e)
{
    struct batch_normalised out;

    return node_batch_normalization(g, x[0], NULL, NULL, 0.5, &out, e)
               ? node_multiply(g, out.mean, out.stdev, e)
               : NULL;
}

/* One line makes the function that builds the expression; `g`, `x` and `e` are graph, operands and error. */
#define EXPRESSIONS(X)                                                                                       \
    X(negative, 1, false, node_negative(g, x[0], e))                                                         \
    X(abs, 1, false, node_abs(g, x[0], e))                                                                   \
    X(sqr, 1, false, node_sqr(g, x[0], e))                                                                   \
    X(exp, 1, false, node_exp(g, x[0], e))                                                                   \
    X(tanh, 1, false, node_tanh(g, x[0], e))                                                                 \
    X(logistic, 1, false, node_logistic(g, x[0], e))                                                         \
    X(rectifier, 1, false, node_rectifier(g, x[0], e))                                                       \
    X(softplus, 1, false, node_softplus(g, x[0], e))                                                         \
    X(leaky_rectifier, 1, false, node_leaky_rectifier(g, x[0], 0.1, e))                                      \
    X(sqrt, 1, false, node_sqrt(g, x[0], e))                                                                 \
    X(log, 1, false, node_log(g, x[0], e))                                                                   \
    X(add, 3, false, node_add(g, x[0], x[1], e))                                                             \
    X(subtract, 3, false, node_subtract(g, x[0], x[1], e))                                                   \
    X(multiply, 3, false, node_multiply(g, x[0], x[1], e))                                                   \
    X(divide, 3, false, node_divide(g, x[0], x[1], e))                                                       \
    X(power, 3, false, node_power(g, x[0], x[1], e))                                                         \
    X(power_2, 1, false, node_power(g, x[0], CONSTANT(2), e))                                                \
    X(power_3, 1, false, node_power(g, x[0], CONSTANT(3), e))                                                \
    X(power_minus_3, 1, false, node_power(g, x[0], CONSTANT(-3), e))                                         \
    X(power_7, 1, false, node_power(g, x[0], CONSTANT(7), e))                                                \
    X(power_minus_2_7, 1, false, node_power(g, x[0], CONSTANT(-2.7), e))                                     \
    X(power_half, 1, false, node_power(g, x[0], CONSTANT(0.5), e))                                           \
    X(minimum, 3, false, node_minimum(g, x[0], x[1], e))                                                     \
    X(maximum, 3, false, node_maximum(g, x[0], x[1], e))                                                     \
    X(equal, 3, true, node_equal(g, x[0], x[1], e))                                                          \
    X(not_equal, 3, true, node_not_equal(g, x[0], x[1], e))                                                  \
    X(less, 3, true, node_less(g, x[0], x[1], e))                                                            \
    X(less_equal, 3, true, node_less_equal(g, x[0], x[1], e))                                                \
    X(greater, 3, true, node_greater(g, x[0], x[1], e))                                                      \
    X(greater_equal, 3, true, node_greater_equal(g, x[0], x[1], e))                                          \
    X(add_row, 1, false, node_add(g, x[0], x[1], e))                                                         \
    X(multiply_column, 3, false, node_multiply(g, x[0], x[1], e))                                            \
    X(row_and_column, 2, false, node_subtract(g, x[0], x[1], e))                                             \
    X(scalar, 1, false, node_add(g, node_multiply(g, x[0], x[1], e), x[1], e))                               \
    X(middle_axis, 3, false, node_add(g, node_tanh(g, node_multiply(g, x[0], x[1], e), e), x[2], e))         \
    X(missing_axes, 1, false, node_divide(g, x[0], node_add(g, CONSTANT(2.5), x[1], e), e))                  \
    X(long_rows, 1, false,                                                                                   \
      node_reduce(g, REDUCE_SUM, node_multiply(g, node_tanh(g, node_add(g, x[0], x[1], e), e), x[1], e),     \
                  AXES(1), false, e))                                                                        \
    X(many_rows, 1, false,                                                                                   \
      node_reduce(g, REDUCE_SUM, node_multiply(g, node_logistic(g, node_add(g, x[0], x[1], e), e), x[1], e), \
                  AXES(0), false, e))                                                                        \
    X(sum, 1, false, node_sum(g, x[0], e))                                                                   \
    X(mean, 1, false, node_mean(g, x[0], e))                                                                 \
    X(sum_rows, 1, false, node_reduce(g, REDUCE_SUM, x[0], AXES(2), false, e))                               \
    X(sum_columns, 1, false, node_reduce(g, REDUCE_SUM, x[0], AXES(0), false, e))                            \
    X(sum_middle, 1, false, node_reduce(g, REDUCE_SUM, x[0], AXES(-2), false, e))                            \
    X(sum_ends, 1, false, node_reduce(g, REDUCE_SUM, x[0], AXES(0, 2), false, e))                            \
    X(sum_keep, 1, false, node_reduce(g, REDUCE_SUM, x[0], AXES(2, 0), true, e))                             \
    X(mean_rows, 1, false, node_reduce(g, REDUCE_MEAN, x[0], AXES(1), false, e))                             \
    X(mean_ends, 1, false, node_reduce(g, REDUCE_MEAN, x[0], AXES(0, 2), false, e))                          \
    X(max, 1, false, node_reduce(g, REDUCE_MAX, x[0], NULL, 0, false, e))                                    \
    X(max_rows, 1, false, node_reduce(g, REDUCE_MAX, x[0], AXES(-1), false, e))                              \
    X(min_columns, 1, false, node_reduce(g, REDUCE_MIN, x[0], AXES(0), false, e))                            \
    X(argmax_rows, 1, true, node_argmax(g, x[0], 2, e))                                                      \
    X(argmax_first, 1, true, node_argmax(g, x[0], 0, e))                                                     \
    X(l2_norm, 3, false, node_l2_norm(g, x, 2, e))                                                           \
    X(dot, 1, false, node_dot(g, x[0], x[1], e))                                                             \
    X(dot_transposed, 3, false, node_dot(g, TRANSPOSED(x[0]), x[1], e))                                      \
    X(dot_both_transposed, 0, false, node_dot(g, TRANSPOSED(x[0]), TRANSPOSED(x[1]), e))                     \
    X(dot_right_transposed, 1, false, node_dot(g, x[0], TRANSPOSED(x[1]), e))                                \
    X(dot_matrix_vector, 1, false, node_dot(g, x[0], x[1], e))                                               \
    X(dot_vector_matrix, 3, false, node_dot(g, x[0], x[1], e))                                               \
    X(dot_vectors, 3, false, node_dot(g, x[0], x[1], e))                                                     \
    X(dot_sequence, 1, false, node_dot(g, x[0], x[1], e))                                                    \
    X(dot_sequence_vector, 1, false, node_dot(g, x[0], x[1], e))                                             \
    X(reshape, 0, false, node_reshape(g, x[0], DIMS(12, 5), e))                                              \
    X(reshape_rest, 1, false, node_reshape(g, x[0], DIMS(DIMENSION_SAME(0), DIMENSION_REST), e))             \
    X(flatten, 1, false, node_flatten(g, x[0], 2, e))                                                        \
    X(flatten_up, 1, false, node_flatten(g, x[0], 3, e))                                                     \
    X(dimshuffle, 1, false, node_dimshuffle(g, x[0], AXES(1, 0, 2), e))                                      \
    X(dimshuffle_new, 1, false, node_dimshuffle(g, x[0], AXES(1, AXIS_NEW, 0), e))                           \
    X(concatenate, 7, false, node_concatenate(g, x, 3, 1, e))                                                \
    X(concatenate_rows, 3, false, node_concatenate(g, x, 2, 0, e))                                           \
    X(slice, 1, false, node_slice(g, x[0], 1, 1, -1, e))                                                     \
    X(slice_rows, 1, false, node_slice(g, x[0], 0, 1, 9, e))                                                 \
    X(slice_empty_end, 1, false, node_slice(g, x[0], -1, -2, SLICE_END, e))                                  \
    X(at, 1, false, node_at(g, x[0], 1, e))                                                                  \
    X(at_last, 1, false, node_at(g, x[0], -1, e))                                                            \
    X(softmax, 1, false, node_softmax(g, x[0], e))                                                           \
    X(softmax_sequence, 1, false, node_softmax(g, x[0], e))                                                  \
    X(log_softmax, 1, false, node_log_softmax(g, x[0], e))                                                   \
    X(maxout, 1, false, node_maxout(g, x[0], 2, e))                                                          \
    X(maxout_rest, 1, false, node_maxout(g, x[0], 2, e))                                                     \
    X(one_hot, 1, true, node_one_hot(g, x[0], 4, e))                                                         \
    X(cross_entropy_labels, 3, false, node_categorical_cross_entropy(g, x[0], x[1], e))                      \
    X(cross_entropy_column, 3, false, node_categorical_cross_entropy(g, x[0], x[1], e))                      \
    X(cross_entropy_distributions, 3, false, node_categorical_cross_entropy(g, x[0], x[1], e))               \
    X(cross_entropy_softmax, 3, false, node_categorical_cross_entropy(g, x[0], node_softmax(g, x[1], e), e)) \
    X(cross_entropy_softmax_distributions, 3, false,                                                         \
      node_categorical_cross_entropy(g, x[0], node_softmax(g, x[1], e), e))                                  \
    X(binary_cross_entropy, 3, false, node_binary_cross_entropy(g, x[0], x[1], e))                           \
    X(binary_cross_entropy_logistic, 3, false,                                                               \
      node_binary_cross_entropy(g, x[0], node_logistic(g, x[1], e), e))                                      \
    X(misclassification, 3, true, node_misclassification(g, x[0], x[1], 1, e))                               \
    X(misclassification_ties, 3, true, node_misclassification(g, x[0], x[1], 1, e))                          \
    X(misclassification_top_2, 3, true, node_misclassification(g, x[0], x[1], 2, e))                         \
    X(net, 3, false, net(g, x, e))                                                                           \
    X(net_rectifier, 1, false, net_rectifier(g, x, e))                                                       \
    X(shared_weights, 1, false, shared_weights(g, x, e))                                                     \
    X(lookup, 2, false, node_lookup(g, x[0], x[1], e))                                                       \
    X(lookup_vector, 2, false, node_lookup(g, x[0], x[1], e))                                                \
    X(convolution, 1, false, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e))                          \
    X(convolution_padded, 1, false, node_convolution(g, x[0], x[1], STEPS(1, 1, 2, 1), e))                   \
    X(convolution_stepped, 1, false, node_convolution(g, x[0], x[1], STEPS(2, 3, 1, 1), e))                  \
    X(convolution_far_padded, 1, false, node_convolution(g, x[0], x[1], STEPS(3, 2, 4, 3), e))               \
    X(convolution_wide, 1, false, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e))                     \
    X(convolution_point, 1, false, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e))                    \
    X(transposed_convolution, 1, false,                                                                      \
      node_transposed_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), 5, 5, e))                                \
    X(transposed_convolution_stepped, 1, false,                                                              \
      node_transposed_convolution(g, x[0], x[1], STEPS(2, 2, 1, 0), 6, 8, e))                                \
    X(transposed_convolution_point, 1, false,                                                                \
      node_transposed_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), 3, 4, e))                                \
    X(max_pooling, 1, false, node_pooling(g, POOLING_MAX, x[0], POOL(2, 2, 2, 2, 0, 0, true), e))            \
    X(average_pooling, 1, false, node_pooling(g, POOLING_AVERAGE, x[0], POOL(2, 2, 2, 2, 0, 0, true), e))    \
    X(max_pooling_overlapping, 1, false,                                                                     \
      node_pooling(g, POOLING_MAX, x[0], POOL(3, 2, 1, 1, 0, 0, true), e))                                   \
    X(average_pooling_overlapping, 1, false,                                                                 \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(3, 2, 1, 1, 0, 0, true), e))                               \
    X(max_pooling_apart, 1, false, node_pooling(g, POOLING_MAX, x[0], POOL(1, 2, 2, 3, 0, 0, true), e))      \
    X(average_pooling_apart, 1, false,                                                                       \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(1, 2, 2, 3, 0, 0, true), e))                               \
    X(max_pooling_padded, 1, false, node_pooling(g, POOLING_MAX, x[0], POOL(3, 4, 2, 3, 1, 2, true), e))     \
    X(average_pooling_padded, 1, false,                                                                      \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(3, 4, 2, 3, 1, 2, true), e))                               \
    X(max_pooling_to_the_border, 1, false,                                                                   \
      node_pooling(g, POOLING_MAX, x[0], POOL(2, 2, 2, 2, 0, 0, false), e))                                  \
    X(average_pooling_to_the_border, 1, false,                                                               \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(2, 2, 2, 2, 0, 0, false), e))                              \
    X(max_pooling_over_the_border, 1, false,                                                                 \
      node_pooling(g, POOLING_MAX, x[0], POOL(3, 4, 2, 3, 0, 0, false), e))                                  \
    X(average_pooling_over_the_border, 1, false,                                                             \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(3, 4, 2, 3, 0, 0, false), e))                              \
    X(max_pooling_larger, 1, false, node_pooling(g, POOLING_MAX, x[0], POOL(9, 10, 3, 3, 0, 0, false), e))   \
    X(average_pooling_larger, 1, false,                                                                      \
      node_pooling(g, POOLING_AVERAGE, x[0], POOL(9, 10, 3, 3, 0, 0, false), e))                             \
    X(average_pooling_with_padding, 1, false,                                                                \
      node_pooling(g, POOLING_AVERAGE, x[0], WITH_PADDING(3, 4, 2, 3, 1, 2), e))                             \
    X(max_pooling_rectified, 1, false,                                                                       \
      node_pooling(g, POOLING_MAX, node_rectifier(g, node_add(g, x[0], x[1], e), e),                         \
                   POOL(3, 2, 1, 1, 0, 0, true), e))                                                         \
    X(max_pooling_tanh, 1, false,                                                                            \
      node_pooling(g, POOLING_MAX, node_tanh(g, x[0], e), POOL(3, 2, 1, 1, 0, 0, true), e))                  \
    X(max_pooling_leaky, 1, false,                                                                           \
      node_pooling(g, POOLING_MAX, node_leaky_rectifier(g, x[0], -0.5, e), POOL(3, 2, 1, 1, 0, 0, true), e)) \
    X(max_pooling_negative, 1, false,                                                                        \
      node_pooling(g, POOLING_MAX, node_negative(g, x[0], e), POOL(3, 2, 1, 1, 0, 0, true), e))              \
    X(max_pooling_of_a_sum, 3, false,                                                                        \
      node_pooling(g, POOLING_MAX, node_add(g, x[0], x[1], e), POOL(3, 2, 1, 1, 0, 0, true), e))             \
    X(max_pooling_even, 1, false, node_pooling(g, POOLING_MAX, x[0], POOL(2, 2, 2, 2, 0, 0, true), e))       \
    X(convolution_pooled, 1, false,                                                                          \
      node_pooling(g, POOLING_MAX, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e),                    \
                   POOL(2, 2, 2, 2, 0, 0, true), e))                                                         \
    X(convolution_padded_pooled, 1, false,                                                                   \
      node_pooling(g, POOLING_MAX, node_convolution(g, x[0], x[1], STEPS(1, 2, 2, 3), e),                    \
                   POOL(2, 3, 3, 4, 0, 0, true), e))                                                         \
    X(convolution_wide_pooled, 1, false,                                                                     \
      node_pooling(g, POOLING_MAX, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e),                    \
                   POOL(2, 2, 2, 2, 0, 0, true), e))                                                         \
    X(convolution_pooled_to_the_border, 1, false,                                                            \
      node_pooling(g, POOLING_MAX, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e),                    \
                   POOL(3, 3, 3, 3, 0, 0, false), e))                                                        \
    X(convolution_pooled_padded, 1, false,                                                                   \
      node_pooling(g, POOLING_MAX, node_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), e),                    \
                   POOL(3, 4, 2, 3, 1, 2, true), e))                                                         \
    X(convolution_pooled_rectified, 1, false,                                                                \
      node_pooling(                                                                                          \
          g, POOLING_MAX,                                                                                    \
          node_rectifier(g, node_add(g, node_convolution(g, x[0], x[1], STEPS(1, 1, 2, 2), e), x[2], e), e), \
          POOL(2, 3, 1, 1, 0, 0, true), e))                                                                  \
    X(convolution_pooled_and_read, 1, false, pooled_and_read(g, x, e))                                       \
    X(batch_normalization, 1, false, normalised(g, x, true, true, 1e-4, e))                                  \
    X(batch_normalization_plain, 1, false, normalised(g, x, false, false, 0.1, e))                           \
    X(batch_normalization_statistics, 1, false, normalised_back(g, x, e))                                    \
    X(batch_normalization_statistics_alone, 1, false, statistics(g, x, e))                                   \
    X(transposed_convolution_pooled, 1, false,                                                               \
      node_pooling(g, POOLING_MAX, node_transposed_convolution(g, x[0], x[1], STEPS(1, 1, 0, 0), 4, 6, e),   \
                   POOL(2, 2, 2, 2, 0, 0, true), e))

static struct node *layer(struct graph *g, struct node *x, struct node *w, struct node *b, struct error *e)
{
    return node_add(g, node_dot(g, x, w, e), b, e);
}

/* features, labels, W0, b0, W1, b1 */
static struct node *net(struct graph *g, struct node *const *x, struct error *e)
{
    struct node *hidden = node_tanh(g, layer(g, x[0], x[2], x[3], e), e);
    struct node *p = node_softmax(g, layer(g, hidden, x[4], x[5], e), e);
    struct node *cost = node_mean(g, node_categorical_cross_entropy(g, x[1], p, e), e);
    struct node *decay = node_sum(g, node_sqr(g, x[2], e), e);

    return node_add(g, cost, node_multiply(g, CONSTANT(0.01), decay, e), e);
}

static struct node *net_rectifier(struct graph *g, struct node *const *x, struct error *e)
{
    struct node *hidden = node_rectifier(g, layer(g, x[0], x[1], x[2], e), e);
    struct node *error = node_subtract(g, layer(g, hidden, x[3], x[4], e), CONSTANT(1), e);

    return node_mean(g, node_reduce(g, REDUCE_SUM, node_sqr(g, error, e), AXES(1), false, e), e);
}

static struct node *shared_weights(struct graph *g, struct node *const *x, struct error *e)
{
    struct node *once = node_tanh(g, node_dot(g, x[0], x[1], e), e);

    return node_multiply(g, node_tanh(g, node_dot(g, once, x[1], e), e), once, e);
}

#define X(name, batch, flat, expression)                                                                     \
    static struct node *build_##name(struct graph *g, struct node *const *x, struct error *e)                \
    {                                                                                                        \
        return expression;                                                                                   \
    }
EXPRESSIONS(X)
#undef X

const struct expression expressions[] = {
#define X(name, batch, flat, expression) { #name, build_##name, batch, flat },
    EXPRESSIONS(X)
#undef X
};
const size_t expression_count = COUNT_OF(expressions);

const struct reference *expression_reference(const struct expression *expression)
{
    for (size_t i = 0; i < COUNT_OF(references); i++)
        if (strcmp(references[i].name, expression->name) == 0)
            return &references[i];
    ck_abort_msg("reference.py has no case '%s'", expression->name);
    return NULL;
}
