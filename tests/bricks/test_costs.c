/* tests/bricks/test_costs.c -- costs against plain loops, and their gradients. */
#include <math.h>
#include <string.h>

#include "engine/bricks/costs/cost.h"
#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

enum { ROWS = 4, COLUMNS = 3 };

static const double y_values[ROWS * COLUMNS] = { 0.2, 0.5, 0.3, 1, 0, 0, 0.1, 0.1, 0.8, 0, 1, 0 };
static const double p_values[ROWS * COLUMNS] = {
    0.3, 0.3, 0.4, 0.7, 0.2, 0.1, 0.25, 0.5, 0.25, 0.6, 0.1, 0.3
};
static const int64_t labels[ROWS] = { 1, 0, 2, 1 };

static double squared(double y, double p)
{
    return (y - p) * (y - p);
}
static double absolute(double y, double p)
{
    return fabs(y - p);
}
static double binary(double y, double p)
{
    return -(y * log(p) + (1 - y) * log(1 - p));
}
static double categorical(double y, double p)
{
    return -y * log(p);
}

static const struct {
    const char *name;
    double (*element)(double y, double p);
} cases[] = {
    { "SquaredError", squared },
    { "AbsoluteError", absolute },
    { "BinaryCrossEntropy", binary },
    { "CategoricalCrossEntropy", categorical },
};

/* y and y_hat as inputs 0 and 1. */
static void give_values(struct net *net, struct node **y, struct node **p)
{
    *y = net_input(net, shape_of(2, (int64_t)ROWS, (int64_t)COLUMNS));
    *p = net_input(net, shape_of(2, (int64_t)ROWS, (int64_t)COLUMNS));
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        tensor_write(&net->sources[0].tensor, i, y_values[i]);
        tensor_write(&net->sources[1].tensor, i, p_values[i]);
    }
}

START_TEST(a_cost_is_summed_over_columns_and_averaged_over_rows)
{
    const enum dtype dtype = _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    struct node *y, *p, *cost;
    struct error err;
    struct net net;
    double wanted = 0;

    net_init(&net, dtype);
    give_values(&net, &y, &p);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        wanted += cases[_i / 2].element(y_values[i], p_values[i]) / ROWS;
    cost = cost_apply(cost_find(cases[_i / 2].name), NULL, net.graph, y, p, &err);
    ck_assert_double_eq_tol(net_scalar(&net, cost), wanted, dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-13);
    net_fini(&net);
}
END_TEST

START_TEST(a_cost_has_its_gradient)
{
    struct node *y, *p, *cost, *slope;
    double values[NET_ELEMENTS_MAX];
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    give_values(&net, &y, &p);
    cost = cost_apply(cost_find(cases[_i].name), NULL, net.graph, y, p, &err);
    ck_assert(graph_gradient(net.graph, cost, &p, 1, &slope, &err));
    ck_assert_int_eq(net_value(&net, slope, values), ROWS * COLUMNS);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const double h = 1e-6, above = cases[_i].element(y_values[i], p_values[i] + h);

        ck_assert_double_eq_tol(
            values[i], (above - cases[_i].element(y_values[i], p_values[i] - h)) / (2 * h) / ROWS, 1e-7);
    }
    net_fini(&net);
}
END_TEST

START_TEST(absolute_error_is_flat_where_it_is_right)
{
    struct node *y, *p, *slope;
    double values[NET_ELEMENTS_MAX];
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    give_values(&net, &y, &p);
    net_input_values(&net, 1)[3] = 1; /* as y there */
    ck_assert(graph_gradient(net.graph, cost_apply(cost_find("AbsoluteError"), NULL, net.graph, y, p, &err),
                             &p, 1, &slope, &err));
    net_value(&net, slope, values);
    ck_assert_double_eq(values[3], 0);
    ck_assert_double_eq(fabs(values[0]), 1.0 / ROWS);
    net_fini(&net);
}
END_TEST

static const struct shape label_shapes[] = { { 1, { ROWS } }, { 2, { ROWS, 1 } } };

START_TEST(categorical_cross_entropy_takes_labels)
{
    struct node *p, *y, *cost;
    double wanted = 0;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    p = net_input(&net, shape_of(2, (int64_t)ROWS, (int64_t)COLUMNS));
    for (int i = 0; i < ROWS * COLUMNS; i++)
        net_input_values(&net, 0)[i] = p_values[i];
    for (int row = 0; row < ROWS; row++)
        wanted -= log(p_values[row * COLUMNS + labels[row]]) / ROWS;
    y = net_labels(&net, label_shapes[_i], labels);
    cost = cost_apply(cost_find("CategoricalCrossEntropy"), NULL, net.graph, y, p, &err);
    ck_assert_double_eq_tol(net_scalar(&net, cost), wanted, 1e-13);
    net_check_gradients(&net, cost);
    net_fini(&net);
}
END_TEST

/* One row of scores, a label, and whether that is wrong for the best k classes. */
static const struct {
    double scores[COLUMNS];
    int64_t label, top_k;
    bool wrong;
} ranks[] = {
    { { 0.1, 0.7, 0.2 }, 1, 1, false }, { { 0.1, 0.7, 0.2 }, 2, 1, true },
    { { 0.4, 0.4, 0.2 }, 0, 1, false }, /* the first maximum wins */
    { { 0.4, 0.4, 0.2 }, 1, 1, true },  { { 0.1, 0.7, 0.2 }, 2, 2, false },
    { { 0.1, 0.7, 0.2 }, 0, 2, true },  { { 0.4, 0.4, 0.2 }, 0, 2, false },
    { { 0.4, 0.3, 0.3 }, 1, 2, true }, /* a tie counts against */
    { { 0.3, 0.3, 0.3 }, 0, 2, true },  { { 0.3, 0.3, 0.3 }, 0, 3, false },
    { { 0.1, 0.7, 0.2 }, 0, 9, false }, /* so many others there are not */
};

START_TEST(misclassification_counts_labels_outside_the_best_k)
{
    const struct misclassification_rate settings = { ranks[_i].top_k };
    struct node *p, *y, *rate;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    p = net_input(&net, shape_of(2, (int64_t)1, (int64_t)COLUMNS));
    for (int i = 0; i < COLUMNS; i++)
        net_input_values(&net, 0)[i] = ranks[_i].scores[i];
    y = net_labels(&net, shape_of(1, (int64_t)1), &ranks[_i].label);
    rate = cost_apply(cost_find("MisclassificationRate"), &settings, net.graph, y, p, &err);
    ck_assert_double_eq(net_scalar(&net, rate), ranks[_i].wrong);
    net_fini(&net);
}
END_TEST

START_TEST(misclassification_is_averaged_over_rows)
{
    struct node *p, *y;
    struct error err;
    struct net net;

    net_init(&net, DTYPE_FLOAT32);
    p = net_input(&net, shape_of(2, (int64_t)ROWS, (int64_t)COLUMNS));
    for (int i = 0; i < ROWS * COLUMNS; i++)
        tensor_write(&net.sources[0].tensor, i, p_values[i]); /* best: 2, 0, 1, 0 */
    y = net_labels(&net, shape_of(2, (int64_t)ROWS, (int64_t)1), labels);
    ck_assert_double_eq(
        net_scalar(&net, cost_apply(cost_find("MisclassificationRate"), NULL, net.graph, y, p, &err)), 0.75);
    net_fini(&net);
}
END_TEST

static const struct {
    const char *cost;
    struct shape y, p;
} misfits[] = {
    { "SquaredError", { 1, { ROWS } }, { 2, { ROWS, 1 } } },
    { "SquaredError", { 1, { ROWS } }, { 1, { ROWS } } },
    { "AbsoluteError", { 2, { ROWS, 2 } }, { 2, { ROWS, 3 } } },
    { "BinaryCrossEntropy", { 2, { ROWS, 1 } }, { 2, { ROWS, 3 } } },
    { "CategoricalCrossEntropy", { 2, { ROWS, 2 } }, { 2, { ROWS, 3 } } },
    { "MisclassificationRate", { 2, { ROWS, 2 } }, { 2, { ROWS, 3 } } },
};

START_TEST(shapes_that_do_not_fit_are_refused)
{
    struct error err = { 0 };
    struct net net;
    struct node *y, *p;

    net_init(&net, DTYPE_FLOAT64);
    y = net_input(&net, misfits[_i].y);
    p = net_input(&net, misfits[_i].p);
    ck_assert_ptr_null(cost_apply(cost_find(misfits[_i].cost), NULL, net.graph, y, p, &err));
    ck_assert_int_eq(err.code, ERROR_SHAPE);
    ck_assert_msg(strncmp(err.message, misfits[_i].cost, strlen(misfits[_i].cost)) == 0, "%s", err.message);
    net_fini(&net);
}
END_TEST

START_TEST(costs_are_found_by_name)
{
    ck_assert_ptr_null(cost_find("squarederror"));
    for (size_t i = 0; cost_family.types[i]; i++)
        ck_assert_str_eq(cost_find(cost_family.types[i]->name)->component.name, cost_family.types[i]->name);
}
END_TEST

Suite *costs_suite(void)
{
    Suite *suite = suite_create("costs");
    TCase *costs = tcase_create("costs");

    tcase_add_loop_test(costs, a_cost_is_summed_over_columns_and_averaged_over_rows, 0,
                        2 * (int)COUNT(cases));
    tcase_add_loop_test(costs, a_cost_has_its_gradient, 0, (int)COUNT(cases));
    tcase_add_test(costs, absolute_error_is_flat_where_it_is_right);
    tcase_add_loop_test(costs, categorical_cross_entropy_takes_labels, 0, (int)COUNT(label_shapes));
    tcase_add_loop_test(costs, misclassification_counts_labels_outside_the_best_k, 0, (int)COUNT(ranks));
    tcase_add_test(costs, misclassification_is_averaged_over_rows);
    tcase_add_loop_test(costs, shapes_that_do_not_fit_are_refused, 0, (int)COUNT(misfits));
    tcase_add_test(costs, costs_are_found_by_name);
    suite_add_tcase(suite, costs);
    return suite;
}
