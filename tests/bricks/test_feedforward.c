/* tests/bricks/test_feedforward.c -- linear bricks and chains of bricks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

#define INITS                                                                                                \
    "\"weights_init\": {\"type\": \"IsotropicGaussian\"}, \"biases_init\": {\"type\": \"Constant\", "        \
    "\"constant\": 0}"

static double parameter(struct net *net, const char *path, int64_t index)
{
    const struct variable *variable = variables_find(net->variables, path);

    return variable ? tensor_read(&variable->value, index) : 0;
}

/* Row `row` of x W + b, column `column`. */
static double wanted_linear(struct net *net, const char *path, const double *x, int64_t row, int64_t column,
                            int64_t columns_in, int64_t columns_out)
{
    char w[64], b[64];
    double sum;

    snprintf(w, sizeof w, "%s.W", path);
    snprintf(b, sizeof b, "%s.b", path);
    sum = parameter(net, b, column);
    for (int64_t k = 0; k < columns_in; k++)
        sum += x[row * columns_in + k] * parameter(net, w, k * columns_out + column);
    return sum;
}

static const char *const linears[] = {
    "{\"type\": \"Linear\", \"input_dim\": 3, \"output_dim\": 2, " INITS "}",
    "{\"type\": \"Linear\", \"input_dim\": 3, \"output_dim\": 2, \"use_bias\": false, " INITS "}",
};

START_TEST(linear_is_a_product_and_a_sum)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, linears[_i]);
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)4, (int64_t)3)));
    ck_assert_int_eq(net_value(&net, y, values), 8);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq_tol(
            values[i], wanted_linear(&net, "/top", net_input_values(&net, 0), i / 2, i % 2, 3, 2), 1e-13);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(linear_takes_inputs_with_more_axes)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, linears[0]);
    y = net_apply(&net, net_input(&net, shape_of(3, (int64_t)2, (int64_t)4, (int64_t)3)));
    ck_assert_int_eq(net_value(&net, y, values), 16);
    for (int i = 0; i < 16; i++)
        ck_assert_double_eq_tol(
            values[i], wanted_linear(&net, "/top", net_input_values(&net, 0), i / 2, i % 2, 3, 2), 1e-13);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(linear_offers_the_norms_of_its_parameters)
{
    double sum = 0;
    struct error err;
    struct node *norm;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, linears[0]);
    norm = brick_variable(net.brick, net.graph, "W_norm", &err);
    net_apply(&net, net_input(&net, shape_of(2, (int64_t)4, (int64_t)3)));
    for (int i = 0; i < 6; i++)
        sum += pow(parameter(&net, "/top.W", i), 2);
    ck_assert_double_eq_tol(net_scalar(&net, norm), sqrt(sum), 1e-13);
    ck_assert_ptr_nonnull(brick_variable(net.brick, net.graph, "b_norm", &err));
    ck_assert_ptr_null(brick_variable(net.brick, net.graph, "c", &err));
    ck_assert_str_eq(err.message, "brick /top (Linear) has no variable \"c\"");
    brick_free(net.brick);
    net_brick(&net, linears[1]);
    ck_assert_ptr_null(brick_variable(net.brick, net.graph, "b_norm", &err));
    ck_assert_ptr_null(brick_variable(net.brick, net.graph, "b", &err));
    net_fini(&net);
}
END_TEST

START_TEST(bias_is_added_to_every_row)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "{\"type\": \"Bias\", \"dim\": 3, " INITS "}");
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)4, (int64_t)3)));
    ck_assert_int_eq(net_value(&net, y, values), 12);
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq(values[i], net_input_values(&net, 0)[i] + parameter(&net, "/top.b", i % 3));
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(linear_maxout_is_the_greatest_of_its_pieces)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net,
              "{\"type\": \"LinearMaxout\", \"input_dim\": 3, \"output_dim\": 2, \"num_pieces\": 3, " INITS
              "}");
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)4, (int64_t)3)));
    ck_assert_int_eq(net_value(&net, y, values), 8);
    for (int i = 0; i < 8; i++) {
        double greatest = -INFINITY;

        for (int piece = 0; piece < 3; piece++)
            greatest = fmax(greatest, wanted_linear(&net, "/top/linear", net_input_values(&net, 0), i / 2,
                                                    i % 2 * 3 + piece, 3, 6));
        ck_assert_double_eq_tol(values[i], greatest, 1e-13);
    }
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

static const char *const chains[] = {
    "{\"type\": \"MLP\", \"activations\": [\"Tanh\", null], \"dims\": [3, 4, 2], " INITS "}",
    "{\"type\": \"Sequence\", \"application_methods\": [{\"type\": \"Linear\", \"name\": \"linear_0\", "
    "\"input_dim\": 3,"
    " \"output_dim\": 4, " INITS
    "}, \"Tanh\", {\"type\": \"Linear\", \"name\": \"linear_1\", \"input_dim\": 4,"
    " \"output_dim\": 2, " INITS "}]}",
    "{\"type\": \"FeedforwardSequence\", \"application_methods\": [{\"type\": \"Linear\", \"name\": "
    "\"linear_0\","
    " \"input_dim\": 3, \"output_dim\": 4, " INITS
    "}, \"Tanh\", {\"type\": \"Linear\", \"name\": \"linear_1\","
    " \"input_dim\": 4, \"output_dim\": 2, " INITS "}]}",
};

START_TEST(a_chain_applies_one_brick_after_the_other)
{
    const enum dtype dtype = _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    double values[NET_ELEMENTS_MAX], x[15], hidden[20];
    struct net net;
    struct node *y;

    net_init(&net, dtype);
    net_brick(&net, chains[_i / 2]);
    y = net_apply(&net, net_input(&net, shape_of(2, (int64_t)5, (int64_t)3)));
    ck_assert_int_eq(net_value(&net, y, values), 10);
    for (int i = 0; i < 15; i++)
        x[i] = tensor_read(&net.sources[0].tensor, i);
    for (int i = 0; i < 20; i++)
        hidden[i] = tanh(wanted_linear(&net, "/top/linear_0", x, i / 4, i % 4, 3, 4));
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol(values[i], wanted_linear(&net, "/top/linear_1", hidden, i / 2, i % 2, 4, 2),
                                dtype == DTYPE_FLOAT32 ? 2e-6 : 1e-13);
    if (dtype == DTYPE_FLOAT64)
        net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(a_brick_applied_twice_has_one_set_of_parameters)
{
    struct error err;
    struct node *y;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "{\"type\": \"Linear\", \"input_dim\": 3, \"output_dim\": 3, " INITS "}");
    y = brick_apply_one(net.brick, net.graph, net_input(&net, shape_of(2, (int64_t)2, (int64_t)3)), &err);
    net_check_gradients(&net, net_apply(&net, y));
    ck_assert_uint_eq(variables_count(net.variables), 2);
    net_fini(&net);
}
END_TEST

START_TEST(flattener_keeps_the_first_axis)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "\"Flattener\"");
    y = net_apply(&net, net_input(&net, shape_of(3, (int64_t)2, (int64_t)3, (int64_t)4)));
    ck_assert(shape_equal(node_shape(y), &(struct shape){ 2, { 2, 12 } }));
    ck_assert_int_eq(net_value(&net, y, values), 24);
    for (int i = 0; i < 24; i++)
        ck_assert_double_eq(values[i], net_input_values(&net, 0)[i]);
    net_fini(&net);
}
END_TEST

START_TEST(an_input_that_does_not_fit_names_the_inner_brick)
{
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, chains[0]);
    ck_assert_ptr_null(
        brick_apply_one(net.brick, net.graph, net_input(&net, shape_of(2, (int64_t)5, (int64_t)4)), &err));
    ck_assert_int_eq(err.code, ERROR_SHAPE);
    ck_assert_str_eq(
        err.message,
        "brick /top/linear_0 (Linear): an input of shape (5, 4) does not fit to the input_dim 3");
    ck_assert(strlen(err.hint) > 0);
    net_fini(&net);
}
END_TEST

START_TEST(the_number_of_inputs_is_checked)
{
    struct brick_values inputs = { .count = 2 }, results;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, chains[0]);
    inputs.items[0] = inputs.items[1] = net_input(&net, shape_of(2, (int64_t)5, (int64_t)3));
    ck_assert(!brick_apply(net.brick, net.graph, &inputs, &results, &err));
    ck_assert_str_eq(err.message, "brick /top (MLP): takes 1 input, not 2");
    net_fini(&net);
}
END_TEST

Suite *feedforward_suite(void)
{
    Suite *suite = suite_create("feedforward");
    TCase *feedforward = tcase_create("feedforward");

    tcase_add_loop_test(feedforward, linear_is_a_product_and_a_sum, 0, (int)COUNT(linears));
    tcase_add_test(feedforward, linear_takes_inputs_with_more_axes);
    tcase_add_test(feedforward, linear_offers_the_norms_of_its_parameters);
    tcase_add_test(feedforward, bias_is_added_to_every_row);
    tcase_add_test(feedforward, linear_maxout_is_the_greatest_of_its_pieces);
    tcase_add_loop_test(feedforward, a_chain_applies_one_brick_after_the_other, 0, 2 * (int)COUNT(chains));
    tcase_add_test(feedforward, a_brick_applied_twice_has_one_set_of_parameters);
    tcase_add_test(feedforward, flattener_keeps_the_first_axis);
    tcase_add_test(feedforward, an_input_that_does_not_fit_names_the_inner_brick);
    tcase_add_test(feedforward, the_number_of_inputs_is_checked);
    suite_add_tcase(suite, feedforward);
    return suite;
}
