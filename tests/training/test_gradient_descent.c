/* tests/training/test_gradient_descent.c -- graph, parameters and rule together, with numbers worked out by
 * hand.
 *
 * The model is prediction = x w, one weight, x (2) and target t (2); cost = sum((x w - t)^2). */
#include <stdlib.h>
#include <string.h>

#include "engine/rules/step_rules.h"
#include "engine/training/gradient_descent.h"
#include "tests/support/components.h"
#include "tests/training/suites.h"

struct fixture {
    struct variables *variables;
    struct graph *graph;
    struct node *cost, *w, *unused;
    struct components components;
    struct algorithm *algorithm;
    struct error_list errors;
    struct error err;
    double seen[4];
    size_t seen_count;
    struct node *watched[4];
    struct batch_observer observer;
};

static struct fixture f;
static double x[] = { 1, 2 }, t[] = { 3, 5 };

static void set_up(void)
{
    struct shape vector = shape_of(1, INT64_C(2)), scalar = shape_of(0);
    struct node *x_node, *t_node;

    f = (struct fixture){ .variables = variables_new(DTYPE_FLOAT64) };
    f.graph = graph_new(&(struct graph_options){ f.variables, GRAPH_TRAINING, 1 });
    x_node = node_input(f.graph, "x", DTYPE_FLOAT64, &vector, &f.err);
    t_node = node_input(f.graph, "t", DTYPE_FLOAT64, &vector, &f.err);
    f.w = node_parameter(f.graph, "/w", &scalar, &f.err);
    f.unused = node_parameter(f.graph, "/unused", &scalar, &f.err);
    f.cost = node_sum(
        f.graph,
        node_sqr(f.graph, node_subtract(f.graph, node_multiply(f.graph, x_node, f.w, &f.err), t_node, &f.err),
                 &f.err),
        &f.err);
    ck_assert_ptr_nonnull(f.cost);
}

static void tear_down(void)
{
    algorithm_free(f.algorithm);
    graph_free(f.graph);
    variables_free(f.variables);
    components_fini(&f.components);
    error_list_fini(&f.errors);
}

static void make(const char *rule, const char *const *parameters, size_t count)
{
    static const char *const sources[] = { "x", "t" };

    f.algorithm = gradient_descent_new(
        &(struct gradient_descent_options){
            .graph = f.graph,
            .cost = f.cost,
            .parameters = parameters,
            .parameter_count = count,
            .step_rule = rule ? component_of_text(&f.components, &step_rule_family, rule) : NULL,
            .sources = sources,
            .source_count = COUNT(sources) },
        &f.errors);
}

static bool observe(void *context, const struct tensor *const *values, struct error *err)
{
    (void)context, (void)err;
    for (size_t i = 0; i < f.observer.count; i++)
        f.seen[i] = tensor_read(values[i], 0);
    f.seen_count++;
    return true;
}

static void watch(size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_ptr_nonnull(f.watched[i]);
    f.observer = (struct batch_observer){ .variables = f.watched, .count = count, .observe = observe };
    ck_assert(f.algorithm->type->observe(f.algorithm, &f.observer, &f.err));
    ck_assert(f.algorithm->type->observe(f.algorithm, &f.observer, &f.err)); /* counts once */
}

static void start(void)
{
    ck_assert(variables_allocate(f.variables, &f.err));
    tensor_write(&variables_find(f.variables, "/w")->value, 0, 1);
    tensor_write(&variables_find(f.variables, "/unused")->value, 0, 7);
    ck_assert_msg(f.algorithm->type->initialize(f.algorithm, &f.err), "%s", f.err.message);
}

static bool step(size_t source_count)
{
    const struct tensor x_tensor = { DTYPE_FLOAT64, shape_of(1, INT64_C(2)), x };
    const struct tensor t_tensor = { DTYPE_FLOAT64, shape_of(1, INT64_C(2)), t };
    const struct batch_source sources[] = { { .name = "x", .tensor = x_tensor },
                                            { .name = "t", .tensor = t_tensor } };
    const struct batch batch = { sources, source_count, 2 };

    return f.algorithm->type->process_batch(f.algorithm, &batch, &f.err);
}

static double weight(void)
{
    return tensor_read(&variables_find(f.variables, "/w")->value, 0);
}

/* d cost / d w = 2 (1 (1 - 3) + 2 (2 - 5)) = -16 at w = 1. */
START_TEST(new_is_old_minus_step)
{
    make("{\"type\": \"Scale\", \"learning_rate\": 0.125}", NULL, 0);
    ck_assert_ptr_nonnull(f.algorithm);
    start();
    ck_assert(step(2));
    ck_assert_double_eq(weight(), 3);
    ck_assert_double_eq(tensor_read(&variables_find(f.variables, "/unused")->value, 0), 7);
}
END_TEST

START_TEST(the_default_rule_is_scale_of_one)
{
    make(NULL, NULL, 0);
    start();
    ck_assert_double_eq(*f.algorithm->type->live(f.algorithm, "step_rule.learning_rate"), 1);
    ck_assert(step(2));
    ck_assert_double_eq(weight(), 17);
}
END_TEST

/* Values are those before the step, whether something looks at the steps or not, and both ways move alike. */
START_TEST(observed_values_are_those_before_the_step)
{
    make("{\"type\": \"Scale\", \"learning_rate\": 0.125}", NULL, 0);
    f.watched[0] = f.cost;
    f.watched[1] = f.w;
    f.watched[2] = gradient_descent_gradient(f.algorithm, "/w", &f.err);
    f.watched[3] = _i ? gradient_descent_step(f.algorithm, "/w", &f.err)
                      : gradient_descent_total_gradient_norm(f.algorithm, &f.err);
    watch(4);
    start();
    ck_assert(step(2));
    ck_assert_uint_eq(f.seen_count, 1);
    ck_assert_double_eq(f.seen[0], 13);
    ck_assert_double_eq(f.seen[1], 1);
    ck_assert_double_eq(f.seen[2], -16);
    ck_assert_double_eq(f.seen[3], _i ? -2 : 16);
    ck_assert_double_eq(weight(), 3);
}
END_TEST

START_TEST(the_total_step_norm_is_that_of_the_rule)
{
    make("{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"StepClipping\", \"threshold\": 4}, "
         "{\"type\": \"Scale\", \"learning_rate\": 0.5}]}",
         NULL, 0);
    f.watched[0] = gradient_descent_total_step_norm(f.algorithm, &f.err);
    watch(1);
    start();
    ck_assert(step(2));
    ck_assert_double_eq_tol(f.seen[0], 2, 1e-12);
    ck_assert_double_eq_tol(weight(), 3, 1e-12);
}
END_TEST

START_TEST(a_missing_source_is_named)
{
    make(NULL, NULL, 0);
    start();
    ck_assert(!step(1));
    ck_assert_ptr_nonnull(strstr(f.err.message, "t"));
    ck_assert_double_eq(weight(), 1);
}
END_TEST

/* Adam's first step is its learning rate, whatever the gradient. */
START_TEST(a_batch_that_fails_is_no_step_of_the_rule)
{
    make("{\"type\": \"Adam\", \"learning_rate\": 0.5}", NULL, 0);
    start();
    ck_assert(!step(1));
    ck_assert(!step(1));
    ck_assert_double_eq(weight(), 1);
    ck_assert(step(2));
    ck_assert_double_eq_tol(weight(), 1.5, 1e-6);
}
END_TEST

START_TEST(an_unneeded_source_is_refused)
{
    static const char *const sources[] = { "x", "extra", "t" };

    f.algorithm = gradient_descent_new(
        &(struct gradient_descent_options){
            .graph = f.graph, .cost = f.cost, .sources = sources, .source_count = COUNT(sources) },
        &f.errors);
    ck_assert(variables_allocate(f.variables, &f.err));
    ck_assert(!f.algorithm->type->initialize(f.algorithm, &f.err));
    ck_assert_ptr_nonnull(strstr(f.err.message, "extra"));
}
END_TEST

START_TEST(wrong_parameters_are_refused)
{
    static const char *const names[][2] = { { "/w", "/nothing" }, { "/w", "/unused" } };

    make(NULL, names[_i], 2);
    ck_assert_ptr_null(f.algorithm);
    ck_assert_uint_ge(f.errors.count, 1);
}
END_TEST

START_TEST(a_cost_of_no_parameter_is_refused)
{
    f.cost = node_constant(f.graph, 1);
    make(NULL, NULL, 0);
    ck_assert_ptr_null(f.algorithm);
}
END_TEST

START_TEST(hyper_parameters_are_live)
{
    make("{\"type\": \"Momentum\", \"learning_rate\": 0.125, \"momentum\": 0.5}", NULL, 0);
    ck_assert_ptr_nonnull(
        f.algorithm->type->live(f.algorithm, "step_rule.momentum")); /* says that there is one */
    ck_assert_ptr_null(f.algorithm->type->live(f.algorithm, "step_rule.nothing"));
    ck_assert_ptr_null(f.algorithm->type->live(f.algorithm, "learning_rate"));
    start();
    *f.algorithm->type->live(f.algorithm, "step_rule.learning_rate") = 0;
    ck_assert(step(2));
    ck_assert_double_eq(weight(), 1);
}
END_TEST

Suite *gradient_descent_suite(void)
{
    Suite *suite = suite_create("gradient_descent");
    TCase *tcase = tcase_create("gradient_descent");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, new_is_old_minus_step);
    tcase_add_test(tcase, the_default_rule_is_scale_of_one);
    tcase_add_loop_test(tcase, observed_values_are_those_before_the_step, 0, 2);
    tcase_add_test(tcase, the_total_step_norm_is_that_of_the_rule);
    tcase_add_test(tcase, a_missing_source_is_named);
    tcase_add_test(tcase, a_batch_that_fails_is_no_step_of_the_rule);
    tcase_add_test(tcase, an_unneeded_source_is_refused);
    tcase_add_loop_test(tcase, wrong_parameters_are_refused, 0, 2);
    tcase_add_test(tcase, a_cost_of_no_parameter_is_refused);
    tcase_add_test(tcase, hyper_parameters_are_live);
    suite_add_tcase(suite, tcase);
    return suite;
}
