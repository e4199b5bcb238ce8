/* tests/graph/test_variables.c -- the store behind a net. */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdint.h>

#include "engine/graph/variables.h"

START_TEST(parameters_share_one_aligned_vector)
{
    const struct shape w = shape_of(2, INT64_C(3), INT64_C(5)), b = shape_of(1, INT64_C(5)),
                       one = shape_of(0);
    struct error err = { 0 };
    struct variables *variables = variables_new(DTYPE_FLOAT32);
    struct variable *first =
        variables_declare(variables, VARIABLE_PARAMETER, "/a.W", DTYPE_FLOAT32, &w, &err);
    struct variable *shared =
        variables_declare(variables, VARIABLE_SHARED, "rate", DTYPE_FLOAT32, &one, &err);
    struct variable *second =
        variables_declare(variables, VARIABLE_PARAMETER, "/a.b", DTYPE_FLOAT32, &b, &err);
    const float *flat;

    ck_assert_ptr_null(first->value.data);
    ck_assert(variables_allocate(variables, &err));
    ck_assert(variables_allocate(variables, &err));
    flat = variables_parameters(variables)->data;
    ck_assert_int_eq((intptr_t)flat % 64, 0);
    ck_assert_int_eq(variables_parameters(variables)->shape.dims[0], 32);
    ck_assert_ptr_eq(first->value.data, flat);
    ck_assert_ptr_eq(second->value.data, flat + 16);
    ck_assert_int_eq(second->offset, 16);
    ck_assert_ptr_eq(second->gradient.data, (float *)variables_gradients(variables)->data + 16);
    ck_assert(isnan(flat[0]) && isnan(flat[20]));
    ck_assert_float_eq(flat[15], 0); /* padding */
    ck_assert_float_eq(flat[31], 0);
    ck_assert_float_eq(*(float *)shared->value.data, 0);
    ck_assert_ptr_null(variables_find(variables, "/a"));
    ck_assert_uint_eq(variables_count(variables), 3);
    ck_assert_ptr_eq(variables_at(variables, 1), shared);
    variables_free(variables);
}
END_TEST

START_TEST(a_name_means_one_thing)
{
    const struct shape w = shape_of(1, INT64_C(3)), other = shape_of(1, INT64_C(4));
    struct error err = { 0 };
    struct variables *variables = variables_new(DTYPE_FLOAT64);
    struct variable *variable =
        variables_declare(variables, VARIABLE_PARAMETER, "w", DTYPE_FLOAT64, &w, &err);

    ck_assert_ptr_eq(variables_declare(variables, VARIABLE_PARAMETER, "w", DTYPE_FLOAT64, &w, &err),
                     variable);
    ck_assert_ptr_null(variables_declare(variables, VARIABLE_PARAMETER, "w", DTYPE_FLOAT64, &other, &err));
    ck_assert_int_eq(err.code, ERROR_SHAPE);
    ck_assert_ptr_null(variables_declare(variables, VARIABLE_SHARED, "w", DTYPE_FLOAT64, &w, &err));
    ck_assert_int_eq(err.code, ERROR_CONFLICT);
    ck_assert(variables_allocate(variables, &err));
    ck_assert_ptr_null(variables_declare(variables, VARIABLE_SHARED, "new", DTYPE_FLOAT64, &w, &err));
    ck_assert_int_eq(err.code, ERROR_INTERNAL);
    variables_free(variables);
}
END_TEST

START_TEST(impossible_sizes_are_errors)
{
    const struct shape endless = shape_of(2, INT64_MAX, INT64_C(2)), huge = shape_of(1, INT64_C(1) << 59);
    struct error err = { 0 };
    struct variables *variables = variables_new(DTYPE_FLOAT64);

    ck_assert_ptr_null(variables_declare(variables, VARIABLE_PARAMETER, "a", DTYPE_FLOAT64, &endless, &err));
    ck_assert_int_eq(err.code, ERROR_LIMIT);
    ck_assert_ptr_nonnull(variables_declare(variables, VARIABLE_PARAMETER, "b", DTYPE_FLOAT64, &huge, &err));
    ck_assert(!variables_allocate(variables, &err));
    ck_assert(err.code == ERROR_MEMORY || err.code == ERROR_LIMIT);
    variables_free(variables);
}
END_TEST

Suite *variables_suite(void)
{
    Suite *suite = suite_create("variables");
    TCase *tests = tcase_create("variables");

    tcase_add_test(tests, parameters_share_one_aligned_vector);
    tcase_add_test(tests, a_name_means_one_thing);
    tcase_add_test(tests, impossible_sizes_are_errors);
    suite_add_tcase(suite, tests);
    return suite;
}
