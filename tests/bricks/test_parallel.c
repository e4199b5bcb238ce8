/* tests/bricks/test_parallel.c -- copies of one brick side by side. */
#include <stdio.h>
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

#define INITS                                                                                                \
    "\"weights_init\": {\"type\": \"IsotropicGaussian\"}, \"biases_init\": {\"type\": \"Constant\", "        \
    "\"constant\": 0}"

static const char *const forms[] = {
    "{\"type\": \"Parallel\", \"input_names\": [\"a\", \"b\"], \"input_dims\": [3, 2], \"output_dims\": [4, "
    "5],"
    " \"prototype\": \"Linear\", " INITS "}",
    "{\"type\": \"Fork\", \"output_names\": [\"a\", \"b\"], \"input_dim\": 3, \"output_dims\": [4, 5], " INITS
    "}",
    "{\"type\": \"Merge\", \"input_names\": [\"a\", \"b\"], \"input_dims\": [3, 2], \"output_dim\": 4, " INITS
    "}",
    "{\"type\": \"Distribute\", \"target_names\": [\"a\", \"b\"], \"source_name\": \"z\", \"source_dim\": 3,"
    " \"target_dims\": [4, 5], " INITS "}",
};
enum { PARALLEL, FORK, MERGE, DISTRIBUTE };

static const char *const parameters[] = {
    "/top/transform_a.W(3, 4) /top/transform_a.b(4,) /top/transform_b.W(2, 5) /top/transform_b.b(5,) ",
    "/top/fork_a.W(3, 4) /top/fork_a.b(4,) /top/fork_b.W(3, 5) /top/fork_b.b(5,) ",
    "/top/transform_a.W(3, 4) /top/transform_b.W(2, 4) ",
    "/top/fork_a.W(3, 4) /top/fork_b.W(3, 5) ",
};

static bool add_path(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    char shape[SHAPE_TEXT_BYTES];

    (void)brick;
    text_format(context, "%s%s ", parameter->path, shape_text(&parameter->shape, shape));
    return true;
}

START_TEST(children_are_named_after_inputs_or_results)
{
    struct text text = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, forms[_i]);
    brick_each_parameter(net.brick, add_path, &text);
    ck_assert_str_eq(text_bytes(&text), parameters[_i]);
    text_fini(&text);
    net_fini(&net);
}
END_TEST

/* Element (row, column) of x W + b of a child. */
static double wanted(struct net *net, const char *child, const double *x, int row, int column, int columns_in,
                     int columns_out)
{
    char path[64];
    const struct variable *w, *b;
    double sum;

    snprintf(path, sizeof path, "/top/%s.W", child);
    w = variables_find(net->variables, path);
    snprintf(path, sizeof path, "/top/%s.b", child);
    b = variables_find(net->variables, path);
    sum = b ? tensor_read(&b->value, column) : 0;
    for (int k = 0; k < columns_in; k++)
        sum += x[row * columns_in + k] * tensor_read(&w->value, k * columns_out + column);
    return sum;
}

/* What a form makes of as many inputs as there are widths (0 ends them), each of two rows. */
static void open_form(struct net *net, int form, const int64_t *widths, struct brick_values *results)
{
    struct brick_values inputs = { 0 };
    struct error err = { 0 };

    net_init(net, DTYPE_FLOAT64);
    net_brick(net, forms[form]);
    for (; widths[inputs.count] > 0; inputs.count++)
        inputs.items[inputs.count] = net_input(net, shape_of(2, (int64_t)2, widths[inputs.count]));
    ck_assert_msg(brick_apply(net->brick, net->graph, &inputs, results, &err), "%s", err.message);
    net_fill(net);
}

START_TEST(parallel_gives_each_input_its_child)
{
    struct brick_values results;
    double values[NET_ELEMENTS_MAX];
    struct net net;

    open_form(&net, PARALLEL, (const int64_t[]){ 3, 2, 0 }, &results);
    ck_assert_uint_eq(results.count, 2);
    ck_assert_int_eq(net_value(&net, results.items[1], values), 10);
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol(
            values[i], wanted(&net, "transform_b", net_input_values(&net, 1), i / 5, i % 5, 2, 5), 1e-13);
    net_fini(&net);
}
END_TEST

START_TEST(fork_gives_every_child_the_one_input)
{
    struct brick_values results;
    double values[NET_ELEMENTS_MAX];
    struct net net;

    open_form(&net, FORK, (const int64_t[]){ 3, 0 }, &results);
    ck_assert_uint_eq(results.count, 2);
    ck_assert_int_eq(net_value(&net, results.items[1], values), 10);
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol(values[i],
                                wanted(&net, "fork_b", net_input_values(&net, 0), i / 5, i % 5, 3, 5), 1e-13);
    net_fini(&net);
}
END_TEST

START_TEST(merge_adds_the_children_up)
{
    struct brick_values results;
    double values[NET_ELEMENTS_MAX];
    struct net net;

    open_form(&net, MERGE, (const int64_t[]){ 3, 2, 0 }, &results);
    ck_assert_uint_eq(results.count, 1);
    ck_assert_int_eq(net_value(&net, results.items[0], values), 8);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq_tol(
            values[i],
            wanted(&net, "transform_a", net_input_values(&net, 0), i / 4, i % 4, 3, 4) +
                wanted(&net, "transform_b", net_input_values(&net, 1), i / 4, i % 4, 2, 4),
            1e-13);
    net_check_gradients(&net, results.items[0]);
    net_fini(&net);
}
END_TEST

START_TEST(distribute_adds_the_source_to_every_target)
{
    struct brick_values results;
    double values[NET_ELEMENTS_MAX];
    struct net net;

    open_form(&net, DISTRIBUTE, (const int64_t[]){ 3, 4, 5, 0 }, &results);
    ck_assert_uint_eq(results.count, 2);
    ck_assert_int_eq(net_value(&net, results.items[1], values), 10);
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol(values[i],
                                wanted(&net, "fork_b", net_input_values(&net, 0), i / 5, i % 5, 3, 5) +
                                    net_input_values(&net, 2)[i],
                                1e-13);
    net_fini(&net);
}
END_TEST

static const size_t wrong_counts[] = { [PARALLEL] = 3, [FORK] = 2, [MERGE] = 1, [DISTRIBUTE] = 2 };

START_TEST(a_wrong_number_of_inputs_is_refused)
{
    struct brick_values inputs = { .count = wrong_counts[_i] }, results;
    struct error err = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, forms[_i]);
    inputs.items[0] = net_input(&net, shape_of(2, (int64_t)2, (int64_t)3));
    inputs.items[1] = inputs.items[2] = inputs.items[0];
    ck_assert(!brick_apply(net.brick, net.graph, &inputs, &results, &err));
    ck_assert_msg(strncmp(err.message, "brick /top (", 12) == 0 && strstr(err.message, "takes"), "%s",
                  err.message);
    net_fini(&net);
}
END_TEST

START_TEST(names_and_dimensions_go_together)
{
    const char *json = "{\"type\": \"Fork\", \"output_names\": [\"a\", \"b\"], \"input_dim\": 3, "
                       "\"output_dims\": [4], " INITS "}";
    struct components components = { 0 };
    struct error_list errors = { 0 };

    ck_assert_ptr_null(brick_new(component_of_text(&components, &brick_family, json), "top", &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, "/top has 2 names and 1 dimensions for them");
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

Suite *parallel_suite(void)
{
    Suite *suite = suite_create("parallel");
    TCase *parallel = tcase_create("parallel");

    tcase_add_loop_test(parallel, children_are_named_after_inputs_or_results, 0, (int)COUNT(forms));
    tcase_add_test(parallel, parallel_gives_each_input_its_child);
    tcase_add_test(parallel, fork_gives_every_child_the_one_input);
    tcase_add_test(parallel, merge_adds_the_children_up);
    tcase_add_test(parallel, distribute_adds_the_source_to_every_target);
    tcase_add_loop_test(parallel, a_wrong_number_of_inputs_is_refused, 0, (int)COUNT(forms));
    tcase_add_test(parallel, names_and_dimensions_go_together);
    suite_add_tcase(suite, parallel);
    return suite;
}
