/* tests/graph/test_function.c -- compiling and calling: sources, destinations, updates, limits. */
#include "tests/graph/suites.h"

#include <stdint.h>
#include <string.h>

#include "tests/graph/bench.h"

static const struct shape pair = { 1, { 2 } }, triple = { 1, { 3 } }, one = { 0, { 0 } };
static const double values[] = { 1, 2, 3, 4 };

static struct bench bench; /* one per forked test */

static void setup(void)
{
    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
}

static void teardown(void)
{
    bench_close(&bench);
}

START_TEST(missing_sources_are_named)
{
    struct node *x = bench_source(&bench, "features", DTYPE_FLOAT64, &pair, &pair, values);
    struct node *y = node_input(bench.graph, "targets", DTYPE_UINT8, &pair, &bench.err);
    struct node *sum = node_add(bench.graph, x, y, &bench.err);
    const struct batch batch = { bench.sources, 1, 2 };

    bench_compile(&bench, &sum, 1, NULL);
    ck_assert_uint_eq(function_source_count(bench.function), 2);
    ck_assert(function_depends_on_data(bench.function));
    ck_assert(!function_call(bench.function, &batch, &bench.err));
    ck_assert_str_eq(bench.err.message, "didn't find all sources: the batch lacks 'targets'");
    ck_assert(!function_call(bench.function, NULL, &bench.err));
    ck_assert_ptr_nonnull(strstr(bench.err.message, "'features', 'targets'"));
}
END_TEST

START_TEST(sources_that_are_not_needed_are_ignored)
{
    struct node *x = bench_source(&bench, "features", DTYPE_FLOAT64, &pair, &pair, values);

    bench_source(&bench, "unused", DTYPE_FLOAT64, &pair, &triple, values);
    bench_compile(&bench, &x, 1, NULL);
    bench_call(&bench);
    ck_assert_str_eq(function_source(bench.function, 0), "features");
    ck_assert_uint_eq(function_source_count(bench.function), 1);
    ck_assert_double_eq(bench_read(&bench, 0, 1), 2);
}
END_TEST

START_TEST(expressions_of_parameters_need_no_batch)
{
    struct node *w = bench_parameter(&bench, "w", &pair), *norm = node_sum(bench.graph, w, &bench.err);

    bench_compile(&bench, &norm, 1, NULL);
    bench_set(&bench, "w", values);
    ck_assert(!function_depends_on_data(bench.function));
    ck_assert(function_call(bench.function, NULL, &bench.err));
    ck_assert_double_eq(bench_read(&bench, 0, 0), 3);
}
END_TEST

/* Several blocks of the kernel. */
START_TEST(the_norm_of_a_large_matrix_and_its_gradient)
{
    enum { ROWS = 256, COLUMNS = 300, ELEMENTS = ROWS * COLUMNS };
    static double large[ELEMENTS];
    const struct shape shape = { 2, { ROWS, COLUMNS } };
    struct node *w = bench_parameter(&bench, "w", &shape), *outputs[2];

    large[0] = 3;
    large[ELEMENTS - 1] = 4;
    outputs[0] = node_l2_norm(bench.graph, &w, 1, &bench.err);
    ck_assert(graph_gradient(bench.graph, outputs[0], &w, 1, outputs + 1, &bench.err));
    bench_compile(&bench, outputs, 2, NULL);
    bench_set(&bench, "w", large);
    ck_assert(function_call(bench.function, NULL, &bench.err));
    ck_assert_double_eq(bench_read(&bench, 0, 0), 5);
    ck_assert_double_eq_tol(bench_read(&bench, 1, 0), 0.6, 1e-15);
    ck_assert_double_eq(bench_read(&bench, 1, 1), 0);
    ck_assert_double_eq_tol(bench_read(&bench, 1, ELEMENTS - 1), 0.8, 1e-15);
}
END_TEST

START_TEST(batches_beyond_the_plan_are_refused)
{
    struct node *x = bench_source(&bench, "features", DTYPE_FLOAT64, &pair, &triple, values);
    struct node *y = node_sqr(bench.graph, x, &bench.err);
    const struct batch batch = { bench.sources, 1, 3 };

    bench_compile(&bench, &y, 1, NULL);
    ck_assert(!function_call(bench.function, &batch, &bench.err));
    ck_assert_ptr_nonnull(strstr(bench.err.message, "features of shapes (3,) and (2,)"));
    bench.sources[0].tensor.shape.dims[0] = 2;
    bench.sources[0].tensor.dtype = DTYPE_INT64;
    ck_assert(!function_call(bench.function, &batch, &bench.err));
    bench.sources[0].tensor.dtype = DTYPE_FLOAT64;
    bench_call(&bench); /* no harm was done */
    ck_assert_double_eq(bench_read(&bench, 0, 1), 4);
}
END_TEST

START_TEST(sources_have_to_fit_each_other)
{
    struct node *x = bench_source(&bench, "x", DTYPE_FLOAT64, &triple, &pair, values);
    struct node *y = bench_source(&bench, "y", DTYPE_FLOAT64, &triple, &triple, values);
    struct node *sum = node_add(bench.graph, x, y, &bench.err);
    const struct batch batch = { bench.sources, 2, 3 };

    bench_compile(&bench, &sum, 1, NULL);
    ck_assert(!function_call(bench.function, &batch, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_SHAPE);
    bench.sources[1].tensor.shape.dims[0] = 2;
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 1), 4);
}
END_TEST

START_TEST(empty_batches_do_no_harm)
{
    const struct shape planned = { 2, { 4, 3 } }, empty = { 2, { 0, 3 } }, w_shape = { 2, { 3, 2 } };
    struct node *x = bench_source(&bench, "x", DTYPE_FLOAT64, &planned, &empty, values);
    struct node *w = bench_parameter(&bench, "w", &w_shape), *outputs[2];
    struct node *y = node_tanh(bench.graph, node_dot(bench.graph, x, w, &bench.err), &bench.err);

    outputs[0] = node_sum(bench.graph, node_softmax(bench.graph, y, &bench.err), &bench.err);
    ck_assert(graph_gradient(bench.graph, outputs[0], &w, 1, &outputs[1], &bench.err));
    bench_compile(&bench, outputs, 2, NULL);
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 0);
    ck_assert_double_eq(bench_read(&bench, 1, 5), 0);
}
END_TEST

START_TEST(labels_out_of_range_fail_the_call)
{
    const struct shape p_shape = { 2, { 2, 3 } };
    const double labels[] = { 0, 3 };
    struct node *y = bench_source(&bench, "y", DTYPE_UINT8, &pair, &pair, labels);
    struct node *p = node_softmax(bench.graph, bench_parameter(&bench, "p", &p_shape), &bench.err);
    struct node *cost = node_categorical_cross_entropy(bench.graph, y, p, &bench.err);
    const struct batch batch = { bench.sources, 1, 2 };

    bench_compile(&bench, &cost, 1, NULL);
    ck_assert(!function_call(bench.function, &batch, &bench.err));
    ck_assert_str_eq(bench.err.message, "label 3 of row 1 is not between 0 and 2");
}
END_TEST

/* An output that is a leaf, a view, given twice, or also used further on: each can have a place of its own.
 */
START_TEST(outputs_go_where_they_are_wanted)
{
    double places[4][2] = { { 0 } };
    struct node *x = bench_source(&bench, "x", DTYPE_FLOAT64, &pair, &pair, values);
    struct node *twice = node_add(bench.graph, x, x, &bench.err);
    struct node *outputs[5] = { twice, twice, x,
                                node_reshape(bench.graph, twice, (const int64_t[]){ 2, 1 }, 2, &bench.err),
                                node_sqr(bench.graph, twice, &bench.err) };
    const struct tensor destinations[5] = {
        { DTYPE_FLOAT64, pair, places[0] },
        { DTYPE_FLOAT64, pair, places[1] },
        { DTYPE_FLOAT64, pair, places[2] },
        { DTYPE_FLOAT64, { 2, { 2, 1 } }, places[3] },
        { .data = NULL },
    };

    bench_compile(&bench, outputs, 5,
                  &(struct function_options){ .destinations = destinations, .poison = true });
    bench_call(&bench);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(places[i][1], i == 2 ? 2 : 4);
    ck_assert_double_eq(bench_read(&bench, 4, 1), 16);
}
END_TEST

/* A gradient that is always 1, in memory that a step rule scales. */
START_TEST(constant_results_are_written_anew)
{
    double place[2] = { 0 };
    struct node *w = bench_parameter(&bench, "w", &pair), *gradient;
    const struct tensor destination = { DTYPE_FLOAT64, pair, place };

    ck_assert(
        graph_gradient(bench.graph, node_sum(bench.graph, w, &bench.err), &w, 1, &gradient, &bench.err));
    bench_compile(&bench, &gradient, 1, &(struct function_options){ .destinations = &destination });
    for (int call = 0; call < 2; call++) {
        bench_call(&bench);
        ck_assert_double_eq(place[0], 1);
        ck_assert_double_eq(place[1], 1);
        place[0] = place[1] = 0.5;
    }
}
END_TEST

START_TEST(wrong_destinations_are_refused)
{
    double place[3];
    struct node *x = bench_source(&bench, "x", DTYPE_FLOAT64, &pair, &pair, values);
    const struct tensor destination = { DTYPE_FLOAT64, triple, place };

    bench_allocate(&bench);
    ck_assert_ptr_null(function_compile(
        bench.graph, &x, 1, &(struct function_options){ .destinations = &destination }, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_SHAPE);
}
END_TEST

START_TEST(a_monitored_parameter_is_a_snapshot)
{
    struct node *w = bench_parameter(&bench, "w", &pair);

    bench_compile(&bench, &w, 1, NULL);
    bench_set(&bench, "w", values);
    bench_call(&bench);
    bench_set(&bench, "w", values + 2);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 1);
}
END_TEST

START_TEST(updates_are_computed_from_the_old_values)
{
    struct node *a = node_shared(bench.graph, "a", &one, &bench.err),
                *b = node_shared(bench.graph, "b", &one, &bench.err);
    struct node *sum = node_add(bench.graph, a, b, &bench.err);
    const struct update updates[] = { { a, b }, { b, sum } }; /* Fibonacci's numbers */
    const double zero = 0, first = 1;

    bench_allocate(&bench);
    bench_set(&bench, "a", &zero);
    bench_set(&bench, "b", &first);
    bench_compile(&bench, &a, 1,
                  &(struct function_options){ .updates = updates, .update_count = 2, .poison = true });
    for (int i = 0; i < 10; i++)
        bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 34); /* the value before the update */
    ck_assert_double_eq(tensor_read(&node_variable(a)->value, 0), 55);
    ck_assert_double_eq(tensor_read(&node_variable(b)->value, 0), 89);
}
END_TEST

START_TEST(external_memory_is_read_at_each_call)
{
    double memory[2] = { 5, 6 };
    const struct tensor tensor = { DTYPE_FLOAT64, pair, memory };
    struct node *step = node_external(bench.graph, "step", &tensor, &bench.err);
    struct node *sum = node_sum(bench.graph, step, &bench.err);

    bench_compile(&bench, &sum, 1, NULL);
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 11);
    memory[0] = 7;
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 13);
}
END_TEST

START_TEST(plans_that_are_too_large_are_refused)
{
    const struct shape large = { 2, { 1000, 1000 } }, endless = { 2, { INT64_C(1) << 30, INT64_C(1) << 28 } };
    struct node *x = node_input(bench.graph, "x", DTYPE_UINT8, &large, &bench.err), *y;

    y = node_tanh(bench.graph, x, &bench.err);
    bench_allocate(&bench);
    ck_assert_ptr_null(
        function_compile(bench.graph, &y, 1, &(struct function_options){ .bytes_max = 1 << 20 }, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_LIMIT);
    y = node_tanh(bench.graph, node_input(bench.graph, "z", DTYPE_UINT8, &endless, &bench.err), &bench.err);
    ck_assert_ptr_null(function_compile(bench.graph, &y, 1, NULL, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_MEMORY);
}
END_TEST

/* Eight times 2^61 bytes are 0 to whoever does not look. */
START_TEST(sizes_that_wrap_around_are_refused)
{
    const struct shape endless = { 1, { INT64_C(1) << 58 } };
    struct node *x = node_input(bench.graph, "x", DTYPE_UINT8, &endless, &bench.err), *outputs[8];

    for (int i = 0; i < 8; i++)
        outputs[i] = node_leaky_rectifier(bench.graph, x, i + 2, &bench.err);
    bench_allocate(&bench);
    ck_assert_ptr_null(function_compile(bench.graph, outputs, 8, NULL, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_LIMIT);
}
END_TEST

START_TEST(variables_without_memory_are_an_error)
{
    struct node *w = bench_parameter(&bench, "w", &pair);

    ck_assert_ptr_null(function_compile(bench.graph, &w, 1, NULL, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_INTERNAL);
}
END_TEST

START_TEST(stored_dtypes_are_converted_where_they_are_used)
{
    const double bytes[] = { 200, 100 };
    struct node *x = bench_source(&bench, "x", DTYPE_UINT8, &pair, &pair, bytes), *outputs[2];

    outputs[0] = node_add(bench.graph, x, x, &bench.err); /* as uint8 this would overflow */
    outputs[1] = node_integer(bench.graph, x, &bench.err);
    bench_compile(&bench, outputs, 2, NULL);
    bench_call(&bench);
    ck_assert_double_eq(bench_read(&bench, 0, 0), 400);
    ck_assert_int_eq(function_output(bench.function, 1)->dtype, DTYPE_INT64);
    ck_assert_double_eq(bench_read(&bench, 1, 0), 200);
}
END_TEST

Suite *function_suite(void)
{
    const TTest *const all[] = {
        missing_sources_are_named,
        sources_that_are_not_needed_are_ignored,
        expressions_of_parameters_need_no_batch,
        the_norm_of_a_large_matrix_and_its_gradient,
        batches_beyond_the_plan_are_refused,
        sources_have_to_fit_each_other,
        empty_batches_do_no_harm,
        labels_out_of_range_fail_the_call,
        outputs_go_where_they_are_wanted,
        constant_results_are_written_anew,
        wrong_destinations_are_refused,
        a_monitored_parameter_is_a_snapshot,
        updates_are_computed_from_the_old_values,
        external_memory_is_read_at_each_call,
        plans_that_are_too_large_are_refused,
        sizes_that_wrap_around_are_refused,
        variables_without_memory_are_an_error,
        stored_dtypes_are_converted_where_they_are_used,
    };
    Suite *suite = suite_create("function");
    TCase *tests = tcase_create("function");

    tcase_add_checked_fixture(tests, setup, teardown);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tcase_add_test(tests, all[i]);
    suite_add_tcase(suite, tests);
    return suite;
}
