/* tests/bricks/test_all_types.c -- every brick and every cost of the lists: gradients against central
 * differences in float64, values and gradients in float32 against those.
 *
 * A type without a case fails the test. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/bricks/costs/cost.h"
#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"
#include "tests/support/every_type.h"

#define INITS                                                                                                \
    "'weights_init': {'type': 'IsotropicGaussian'}, 'biases_init': {'type': 'Constant', 'constant': 0}"
#define ROWS                                                                                                 \
    {                                                                                                        \
        2,                                                                                                   \
        {                                                                                                    \
            3, 3                                                                                             \
        }                                                                                                    \
    }
#define IMAGES                                                                                               \
    {                                                                                                        \
        4,                                                                                                   \
        {                                                                                                    \
            2, 2, 4, 5                                                                                       \
        }                                                                                                    \
    }

static const struct {
    const char *type, *json;
    struct shape inputs[3]; /* rank 0: no more */
} cases[] = {
    { "AveragePooling", "{'type': 'AveragePooling', 'pooling_size': [2, 2]}", { IMAGES } },
    { "AveragePooling",
      "{'type': 'AveragePooling', 'pooling_size': [2, 2], 'padding': [1, 0], 'include_padding': true}",
      { IMAGES } },
    { "BatchNormalization", "{'type': 'BatchNormalization', 'input_dim': 3}", { ROWS } },
    { "BatchNormalizedMLP",
      "{'type': 'BatchNormalizedMLP', 'activations': ['Tanh', null], 'dims': [3, 4, 2], " INITS "}",
      { ROWS } },
    { "Bias", "{'type': 'Bias', 'dim': 3, " INITS "}", { ROWS } },
    { "Bidirectional",
      "{'type': 'Bidirectional', 'prototype': {'type': 'SimpleRecurrent', 'dim': 2, 'activation': "
      "'Tanh'}, " INITS "}",
      { { 3, { 4, 3, 2 } } } },
    { "Convolutional",
      "{'type': 'Convolutional', 'num_channels': 2, 'num_filters': 3, 'filter_size': [2, 2], 'image_size': "
      "[4, 5], " INITS "}",
      { IMAGES } },
    { "Convolutional",
      "{'type': 'Convolutional', 'num_channels': 2, 'num_filters': 2, 'filter_size': [3, 3], 'image_size': "
      "[4, 5], 'step': [2, 1], 'border_mode': 'half', 'tied_biases': false, " INITS "}",
      { IMAGES } },
    { "ConvolutionalSequence",
      "{'type': 'ConvolutionalSequence', 'num_channels': 2, 'image_size': [4, 5], 'layers': [{'type': "
      "'Convolutional', 'filter_size': [2, 2], 'num_filters': 2}, 'Tanh', {'type': 'MaxPooling', "
      "'pooling_size': [2, 2]}], " INITS "}",
      { IMAGES } },
    { "ConvolutionalTranspose",
      "{'type': 'ConvolutionalTranspose', 'num_channels': 2, 'num_filters': 3, 'filter_size': [2, 2], "
      "'image_size': [4, 5], 'original_image_size': [5, 6], " INITS "}",
      { IMAGES } },
    { "Distribute",
      "{'type': 'Distribute', 'target_names': ['a', 'b'], 'source_name': 'z', 'source_dim': 3, "
      "'target_dims': [2, 4], " INITS "}",
      { ROWS, { 2, { 3, 2 } }, { 2, { 3, 4 } } } },
    { "FeedforwardSequence",
      "{'type': 'FeedforwardSequence', 'application_methods': [{'type': 'Linear', 'input_dim': 3, "
      "'output_dim': 2, " INITS "}, 'Logistic']}",
      { ROWS } },
    { "Flattener", "{'type': 'Flattener'}", { IMAGES } },
    { "Fork",
      "{'type': 'Fork', 'output_names': ['a', 'b'], 'input_dim': 3, 'output_dims': [4, 2], " INITS "}",
      { ROWS } },
    { "GatedRecurrent",
      "{'type': 'GatedRecurrent', 'dim': 2, " INITS "}",
      { { 3, { 4, 3, 2 } }, { 3, { 4, 3, 4 } } } },
    { "Identity", "{'type': 'Identity'}", { ROWS } },
    { "LSTM", "{'type': 'LSTM', 'dim': 2, " INITS "}", { { 3, { 4, 3, 8 } } } },
    { "LSTM",
      "{'type': 'LSTM', 'dim': 2, 'activation': null, 'gate_activation': null, " INITS "}",
      { { 3, { 4, 3, 8 } } } },
    { "LeakyRectifier", "{'type': 'LeakyRectifier', 'leak': 0.2}", { ROWS } },
    { "Linear", "{'type': 'Linear', 'input_dim': 3, 'output_dim': 4, " INITS "}", { ROWS } },
    { "Linear",
      "{'type': 'Linear', 'input_dim': 3, 'output_dim': 4, 'use_bias': null, " INITS "}",
      { ROWS } },
    { "MLP",
      "{'type': 'MLP', 'activations': [null], 'dims': [3, 2], 'prototype': null, " INITS "}",
      { ROWS } },
    { "Convolutional",
      "{'type': 'Convolutional', 'num_channels': 2, 'num_filters': 3, 'filter_size': [2, 2], 'image_size': "
      "[null, null], " INITS "}",
      { IMAGES } },
    { "LinearMaxout",
      "{'type': 'LinearMaxout', 'input_dim': 3, 'output_dim': 2, 'num_pieces': 3, " INITS "}",
      { ROWS } },
    { "Logistic", "{'type': 'Logistic'}", { ROWS } },
    { "LookupTable",
      "{'type': 'LookupTable', 'length': 4, 'dim': 3, 'weights_init': {'type': 'IsotropicGaussian'}}",
      { { 1, { 3 } } } },
    { "MLP",
      "{'type': 'MLP', 'activations': ['Softplus', 'Softmax'], 'dims': [3, 4, 2], " INITS "}",
      { ROWS } },
    { "MaxPooling",
      "{'type': 'MaxPooling', 'pooling_size': [2, 2], 'step': [1, 2], 'ignore_border': false}",
      { IMAGES } },
    { "Maxout", "{'type': 'Maxout', 'num_pieces': 2}", { { 2, { 3, 4 } } } },
    { "Merge",
      "{'type': 'Merge', 'input_names': ['a', 'b'], 'input_dims': [3, 2], 'output_dim': 4, " INITS "}",
      { ROWS, { 2, { 3, 2 } } } },
    { "NDimensionalSoftmax", "{'type': 'NDimensionalSoftmax'}", { { 3, { 2, 3, 4 } } } },
    { "Parallel",
      "{'type': 'Parallel', 'input_names': ['a', 'b'], 'input_dims': [3, 2], 'output_dims': [4, 2], "
      "'prototype': 'Linear', " INITS "}",
      { ROWS, { 2, { 3, 2 } } } },
    { "Rectifier", "{'type': 'Rectifier'}", { ROWS } },
    { "RecurrentStack",
      "{'type': 'RecurrentStack', 'transitions': [{'type': 'SimpleRecurrent', 'dim': 2, 'activation': "
      "'Tanh'}, {'type': 'SimpleRecurrent', 'dim': 3, 'activation': 'Tanh'}], " INITS "}",
      { { 3, { 4, 3, 2 } } } },
    { "Sequence",
      "{'type': 'Sequence', 'application_methods': [{'type': 'Linear', 'input_dim': 3, 'output_dim': "
      "2, " INITS "}, 'Tanh']}",
      { ROWS } },
    { "SimpleRecurrent",
      "{'type': 'SimpleRecurrent', 'dim': 2, 'activation': 'Tanh', " INITS "}",
      { { 3, { 4, 3, 2 } } } },
    { "Softmax", "{'type': 'Softmax'}", { ROWS } },
    { "Softplus", "{'type': 'Softplus'}", { ROWS } },
    { "SpatialBatchNormalization",
      "{'type': 'SpatialBatchNormalization', 'input_dim': [2, 4, 5]}",
      { IMAGES } },
    { "Tanh", "{'type': 'Tanh'}", { ROWS } },
};

static bool is_training(const char *type)
{
    return strstr(type, "BatchNormal") != NULL;
}

/* The sum of all results, weighted apart by net_gradients; several are joined as rows of numbers. */
static struct node *join(struct net *net, const struct brick_values *results)
{
    struct node *parts[BRICK_VALUES_MAX], *joined;
    struct error err = { 0 };

    if (results->count == 1)
        return results->items[0];
    for (size_t i = 0; i < results->count; i++)
        parts[i] = node_reshape(net->graph, results->items[i], (const int64_t[]){ -1 }, 1, &err);
    joined = node_concatenate(net->graph, parts, results->count, 0, &err);
    ck_assert_msg(joined, "%s", err.message);
    return joined;
}

static struct node *open_case(struct net *net, int index, enum dtype dtype)
{
    static const int64_t labels[] = { 2, 0, 2 };
    struct brick_values inputs = { 0 }, results = { 0 };
    char *json = memory_text(cases[index].json);
    struct error err = { 0 };

    for (char *at = json; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    net_init(net, dtype);
    if (is_training(cases[index].type))
        net_mode(net, GRAPH_TRAINING);
    net_brick(net, json);
    free(json);
    for (size_t i = 0; i < COUNT(cases->inputs) && cases[index].inputs[i].rank > 0; i++)
        inputs.items[inputs.count++] = cases[index].inputs[i].rank == 1
                                           ? net_labels(net, cases[index].inputs[i], labels)
                                           : net_input(net, cases[index].inputs[i]);
    ck_assert_msg(brick_apply(net->brick, net->graph, &inputs, &results, &err), "%s: %s", cases[index].type,
                  err.message);
    net_fill(net);
    return join(net, &results);
}

static void compare(const char *what, const char *type, const double *singles, const double *doubles,
                    int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        ck_assert_msg(fabs(singles[i] - doubles[i]) <= 2e-5 * (1 + fabs(doubles[i])),
                      "%s of %s at %lld: %.9g in float32, %.9g in float64", what, type, (long long)i,
                      singles[i], doubles[i]);
}

static void compare_dtypes(struct net *singles, struct node *single, struct net *doubles, struct node *twice,
                           const char *type)
{
    static double one[NET_ELEMENTS_MAX], other[NET_ELEMENTS_MAX];
    int64_t count = net_value(singles, single, one);

    ck_assert_int_eq(count, net_value(doubles, twice, other));
    compare("value", type, one, other, count);
    count = net_gradients(singles, single, one);
    ck_assert_int_eq(count, net_gradients(doubles, twice, other));
    compare("gradient", type, one, other, count);
}

START_TEST(a_brick_is_right_in_both_dtypes)
{
    struct net singles, doubles;
    struct node *single = open_case(&singles, _i, DTYPE_FLOAT32),
                *twice = open_case(&doubles, _i, DTYPE_FLOAT64);

    ck_assert_str_eq(doubles.brick->type->component.name, cases[_i].type);
    net_check_gradients(&doubles, twice);
    compare_dtypes(&singles, single, &doubles, twice, cases[_i].type);
    net_fini(&singles);
    net_fini(&doubles);
}
END_TEST

START_TEST(every_brick_has_a_case)
{
    EVERY_TYPE_HAS_CASES(brick_family, cases, 1, COUNT(cases));
}
END_TEST

/* ---- costs: of distributions or of labels ---- */

static const struct {
    const char *type;
    bool labels, flat; /* flat: there is no gradient */
} costs[] = {
    { "AbsoluteError", false, false },           { "BinaryCrossEntropy", false, false },
    { "CategoricalCrossEntropy", false, false }, { "CategoricalCrossEntropy", true, false },
    { "MisclassificationRate", true, true },     { "SquaredError", false, false },
};

/* Predictions are probabilities: the row softmax of made-up numbers. */
static struct node *open_cost(struct net *net, int index, enum dtype dtype)
{
    static const int64_t labels[] = { 2, 0, 1, 1 };
    const struct shape rows = { 2, { 4, 3 } }, column = { 1, { 4 } };
    struct node *y, *scores, *cost;
    struct error err = { 0 };

    net_init(net, dtype);
    y = costs[index].labels ? net_labels(net, column, labels) : net_input(net, rows);
    for (int64_t i = 0; !costs[index].labels && i < 12; i++)
        tensor_write(&net->sources[0].tensor, i, 0.1 + 0.05 * (double)(i * 5 % 12));
    scores = net_input(net, rows);
    cost = cost_apply(cost_find(costs[index].type), NULL, net->graph, y,
                      node_softmax(net->graph, scores, &err), &err);
    ck_assert_msg(cost, "%s: %s", costs[index].type, err.message);
    net_fill(net);
    return cost;
}

START_TEST(a_cost_is_right_in_both_dtypes)
{
    struct net singles, doubles;
    struct node *single = open_cost(&singles, _i, DTYPE_FLOAT32),
                *twice = open_cost(&doubles, _i, DTYPE_FLOAT64);

    if (costs[_i].flat) {
        ck_assert_double_eq(net_scalar(&singles, single), net_scalar(&doubles, twice));
    } else {
        net_check_gradients(&doubles, twice);
        compare_dtypes(&singles, single, &doubles, twice, costs[_i].type);
    }
    net_fini(&singles);
    net_fini(&doubles);
}
END_TEST

START_TEST(every_cost_has_a_case)
{
    EVERY_TYPE_HAS_CASES(cost_family, costs, 1, COUNT(costs));
}
END_TEST

Suite *all_types_suite(void)
{
    Suite *suite = suite_create("all_types");
    TCase *tests = tcase_create("all_types");

    tcase_add_loop_test(tests, a_brick_is_right_in_both_dtypes, 0, COUNT(cases));
    tcase_add_test(tests, every_brick_has_a_case);
    tcase_add_loop_test(tests, a_cost_is_right_in_both_dtypes, 0, COUNT(costs));
    tcase_add_test(tests, every_cost_has_a_case);
    suite_add_tcase(suite, tests);
    return suite;
}
