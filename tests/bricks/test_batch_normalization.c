/* tests/bricks/test_batch_normalization.c -- statistics of the batch and of the population. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

#define INITS "\"weights_init\": {\"type\": \"IsotropicGaussian\"}"

enum { ROWS = 4, CHANNELS = 3, HEIGHT = 8, ELEMENTS = ROWS * CHANNELS * HEIGHT };

/* Examples are (CHANNELS, HEIGHT); whether statistics run over the second axis too. */
static const struct {
    const char *json;
    bool over_height, has_scale, has_shift, has_stdev;
} cases[] = {
    { "{\"type\": \"BatchNormalization\", \"input_dim\": [3, 8]}", false, true, true, true },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": [3, 8], \"epsilon\": 0.5, \"learn_shift\": false}",
      false, true, false, true },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": [3, 8], \"broadcastable\": [false, true], "
      "\"learn_scale\":"
      " false}",
      true, false, true, true },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": [3, 8], \"mean_only\": true}", false, false, true,
      false },
    { "{\"type\": \"SpatialBatchNormalization\", \"input_dim\": [3, 8]}", true, true, true, true },
};

static double epsilon_of(int index)
{
    return index == 1 ? 0.5 : 1e-4;
}

static void init(struct net *net, int index, enum graph_mode mode)
{
    net_init(net, DTYPE_FLOAT64);
    net_mode(net, mode);
    net_brick(net, cases[index].json);
}

static struct node *apply(struct net *net)
{
    return net_apply(net, net_input(net, shape_of(3, (int64_t)ROWS, (int64_t)CHANNELS, (int64_t)HEIGHT)));
}

/* The position of an element among the statistics. */
static int group_of(int index, int element)
{
    const int channel = element / HEIGHT % CHANNELS;

    return cases[index].over_height ? channel : channel * HEIGHT + element % HEIGHT;
}

static void batch_statistics(const double *x, int index, double *mean, double *stdev)
{
    double counts[CHANNELS * HEIGHT] = { 0 };

    memset(mean, 0, CHANNELS * HEIGHT * sizeof *mean);
    memset(stdev, 0, CHANNELS * HEIGHT * sizeof *stdev);
    for (int i = 0; i < ELEMENTS; i++) {
        mean[group_of(index, i)] += x[i];
        counts[group_of(index, i)]++;
    }
    for (int group = 0; group < CHANNELS * HEIGHT; group++)
        mean[group] /= counts[group] ? counts[group] : 1;
    for (int i = 0; i < ELEMENTS; i++)
        stdev[group_of(index, i)] += pow(x[i] - mean[group_of(index, i)], 2) / counts[group_of(index, i)];
    for (int group = 0; group < CHANNELS * HEIGHT; group++)
        stdev[group] = sqrt(stdev[group] + epsilon_of(index));
}

static double parameter(const struct net *net, const char *name, int group, double otherwise)
{
    char path[64];
    const struct variable *variable;

    snprintf(path, sizeof path, "/top.%s", name);
    variable = variables_find(net->variables, path);
    return variable ? tensor_read(&variable->value, group) : otherwise;
}

static void compare(struct net *net, int index, struct node *y, const double *mean, const double *stdev)
{
    double values[NET_ELEMENTS_MAX];

    ck_assert_int_eq(net_value(net, y, values), ELEMENTS);
    ck_assert(!variables_find(net->variables, "/top.batch_norm_scale") == !cases[index].has_scale);
    ck_assert(!variables_find(net->variables, "/top.batch_norm_shift") == !cases[index].has_shift);
    for (int i = 0; i < ELEMENTS; i++) {
        const int group = group_of(index, i);
        const double centred = net_input_values(net, 0)[i] - mean[group];
        const double scaled = cases[index].has_stdev ? centred / stdev[group] : centred;

        ck_assert_double_eq_tol(values[i],
                                scaled * parameter(net, "batch_norm_scale", group, 1) +
                                    parameter(net, "batch_norm_shift", group, 0),
                                1e-12);
    }
}

START_TEST(training_normalises_by_the_batch)
{
    double mean[CHANNELS * HEIGHT], stdev[CHANNELS * HEIGHT];
    struct net net;
    struct node *y;

    init(&net, _i, GRAPH_TRAINING);
    y = apply(&net);
    batch_statistics(net_input_values(&net, 0), _i, mean, stdev);
    compare(&net, _i, y, mean, stdev);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(evaluation_normalises_by_the_population)
{
    double mean[CHANNELS * HEIGHT], stdev[CHANNELS * HEIGHT];
    const struct variable *variable;
    struct net net;
    struct node *y;

    init(&net, _i, GRAPH_EVALUATION);
    y = apply(&net);
    for (int group = 0; group < CHANNELS * HEIGHT; group++) {
        mean[group] = 0.1 * group;
        stdev[group] = 1 + 0.2 * group;
    }
    variable = variables_find(net.variables, "/top.population_mean");
    ck_assert_int_eq(variable->role, VARIABLE_SHARED);
    for (int64_t i = 0; i < tensor_elements(&variable->value); i++)
        tensor_write(&variable->value, i, mean[i]);
    variable = variables_find(net.variables, "/top.population_stdev");
    ck_assert_int_eq(variable != NULL, cases[_i].has_stdev);
    for (int64_t i = 0; variable && i < tensor_elements(&variable->value); i++)
        tensor_write(&variable->value, i, stdev[i]);
    compare(&net, _i, y, mean, stdev);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(training_moves_the_population_a_tenth_of_the_way)
{
    double mean[CHANNELS * HEIGHT], stdev[CHANNELS * HEIGHT];
    struct function_options options = { 0 };
    struct function *function;
    struct random_state seeds;
    struct batch batch;
    struct error err;
    struct net net;
    struct node *y;

    init(&net, _i, GRAPH_TRAINING);
    y = apply(&net);
    options.updates = graph_updates(net.graph, &options.update_count);
    ck_assert_uint_eq(options.update_count, cases[_i].has_stdev ? 2 : 1);
    random_seed(&seeds, 1);
    ck_assert(brick_initialize(net.brick, net.variables, &seeds, &err));
    ck_assert_double_eq(parameter(&net, "batch_norm_scale", 0, 1), 1);
    ck_assert_double_eq(parameter(&net, "batch_norm_shift", 0, 0), 0);
    function = function_compile(net.graph, &y, 1, &options, &err);
    ck_assert_ptr_nonnull(function);
    batch = (struct batch){ net.sources, 1, ROWS };
    ck_assert(function_call(function, &batch, &err));
    batch_statistics(net_input_values(&net, 0), _i, mean, stdev);
    for (int group = 0; group < CHANNELS * (cases[_i].over_height ? 1 : HEIGHT); group++) {
        ck_assert_double_eq_tol(parameter(&net, "population_mean", group, NAN), 0.1 * mean[group], 1e-14);
        if (cases[_i].has_stdev)
            ck_assert_double_eq_tol(parameter(&net, "population_stdev", group, NAN), 0.9 + 0.1 * stdev[group],
                                    1e-14);
    }
    function_free(function);
    net_fini(&net);
}
END_TEST

START_TEST(applied_twice_it_moves_the_population_once)
{
    struct error err;
    size_t count;
    struct net net;

    init(&net, 0, GRAPH_TRAINING);
    ck_assert_ptr_nonnull(brick_apply_one(net.brick, net.graph, apply(&net), &err));
    graph_updates(net.graph, &count);
    ck_assert_uint_eq(count, 2);
    net_fini(&net);
}
END_TEST

static bool add_path(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    (void)brick;
    text_format(context, "%s ", parameter->path);
    return true;
}

static const char mlp[] =
    "{\"type\": \"BatchNormalizedMLP\", \"activations\": [\"Tanh\", null], \"dims\": [3, 4, 2], " INITS "}";

START_TEST(an_mlp_normalises_in_front_of_each_activation)
{
    struct text text = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_mode(&net, GRAPH_TRAINING);
    net_brick(&net, mlp);
    brick_each_parameter(net.brick, add_path, &text);
    ck_assert_str_eq(text_bytes(&text), "/top/linear_0.W"
                                        " /top/batch_norm_activation_0/batchnormalization.batch_norm_shift"
                                        " /top/batch_norm_activation_0/batchnormalization.batch_norm_scale"
                                        " /top/linear_1.W"
                                        " /top/batch_norm_activation_1/batchnormalization.batch_norm_shift"
                                        " /top/batch_norm_activation_1/batchnormalization.batch_norm_scale ");
    net_check_gradients(&net, net_apply(&net, net_input(&net, shape_of(2, (int64_t)5, (int64_t)3))));
    text_fini(&text);
    net_fini(&net);
}
END_TEST

static const struct {
    const char *json, *pointer;
} wrong[] = {
    { "{\"type\": \"BatchNormalization\"}", "" },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": 3, \"broadcastable\": [true, true]}",
      "/broadcastable" },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": 3, \"broadcastable\": [1]}", "/broadcastable" },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": 3, \"broadcastable\": true}", "/broadcastable" },
    { "{\"type\": \"BatchNormalization\", \"input_dim\": 3, \"scale_init\": {\"type\": \"Identity\"}}",
      "/scale_init" },
};

START_TEST(what_cannot_be_normalised_is_refused)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };

    ck_assert_ptr_null(
        brick_new(component_of_text(&components, &brick_family, wrong[_i].json), "top", &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

START_TEST(an_input_of_another_shape_is_refused)
{
    struct error err;
    struct net net;

    init(&net, 0, GRAPH_EVALUATION);
    ck_assert_ptr_null(
        brick_apply_one(net.brick, net.graph, net_input(&net, shape_of(2, (int64_t)ROWS, (int64_t)3)), &err));
    ck_assert_str_eq(err.message,
                     "brick /top (BatchNormalization): an input of shape (4, 3) does not hold examples of"
                     " the input_dim (3, 8)");
    net_fini(&net);
}
END_TEST

Suite *batch_normalization_suite(void)
{
    Suite *suite = suite_create("batch normalization");
    TCase *tcase = tcase_create("batch normalization");

    tcase_add_loop_test(tcase, training_normalises_by_the_batch, 0, (int)COUNT(cases));
    tcase_add_loop_test(tcase, evaluation_normalises_by_the_population, 0, (int)COUNT(cases));
    tcase_add_loop_test(tcase, training_moves_the_population_a_tenth_of_the_way, 0, (int)COUNT(cases));
    tcase_add_test(tcase, applied_twice_it_moves_the_population_once);
    tcase_add_test(tcase, an_mlp_normalises_in_front_of_each_activation);
    tcase_add_loop_test(tcase, what_cannot_be_normalised_is_refused, 0, (int)COUNT(wrong));
    tcase_add_test(tcase, an_input_of_another_shape_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
