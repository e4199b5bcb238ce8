/* tests/bricks/test_lookup_table.c -- rows of a table by integers. */
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

static const char table[] = "{\"type\": \"LookupTable\", \"length\": 4, \"dim\": 3, "
                            "\"weights_init\": {\"type\": \"IsotropicGaussian\"}}";

static double weight(struct net *net, int64_t row, int64_t column)
{
    return tensor_read(&variables_find(net->variables, "/top.W")->value, row * 3 + column);
}

START_TEST(indices_of_any_shape_become_rows)
{
    static const int64_t indices[] = { 3, 0, 1, 3, -1, -4 }, rows[] = { 3, 0, 1, 3, 3, 0 };
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, _i ? DTYPE_FLOAT64 : DTYPE_FLOAT32);
    net_brick(&net, table);
    y = net_apply(&net, net_labels(&net, shape_of(2, (int64_t)2, (int64_t)3), indices));
    ck_assert_int_eq(node_rank(y), 3);
    ck_assert_int_eq(net_value(&net, y, values), 18);
    for (int i = 0; i < 18; i++)
        ck_assert_double_eq(values[i], weight(&net, rows[i / 3], i % 3));
    if (_i)
        net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(an_index_out_of_range_fails_the_call)
{
    static const int64_t bad[] = { 4, -5 };
    const int64_t indices[] = { 0, bad[_i] };
    struct error err = { 0 };
    struct function *function;
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT32);
    net_brick(&net, table);
    y = net_apply(&net, net_labels(&net, shape_of(1, (int64_t)2), indices));
    function = function_compile(net.graph, &y, 1, NULL, &err);
    ck_assert_ptr_nonnull(function);
    ck_assert(!function_call(function, &(struct batch){ net.sources, 1, 2 }, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "is not one of 4 rows"));
    function_free(function);
    net_fini(&net);
}
END_TEST

START_TEST(reals_are_no_indices)
{
    struct error err = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT32);
    net_brick(&net, table);
    ck_assert_ptr_null(brick_apply_one(net.brick, net.graph, net_input(&net, shape_of(1, (int64_t)2)), &err));
    ck_assert_str_eq(err.message, "brick /top (LookupTable): the indices are float32, not integers");
    net_fini(&net);
}
END_TEST

Suite *lookup_table_suite(void)
{
    Suite *suite = suite_create("LookupTable");
    TCase *tests = tcase_create("LookupTable");

    tcase_add_loop_test(tests, indices_of_any_shape_become_rows, 0, 2);
    tcase_add_loop_test(tests, an_index_out_of_range_fails_the_call, 0, 2);
    tcase_add_test(tests, reals_are_no_indices);
    suite_add_tcase(suite, tests);
    return suite;
}
