/* tests/tensor/test_tensor.c -- dtypes, shapes and single elements. */
#include "tests/tensor/suites.h"

#include <math.h>

#include "engine/tensor/batch.h"

START_TEST(dtype_names_are_numpys)
{
    enum dtype dtype;

    for (int i = 0; i < DTYPE_COUNT; i++) {
        ck_assert(dtype_parse(dtype_name((enum dtype)i), &dtype));
        ck_assert_int_eq(dtype, i);
    }
    ck_assert(!dtype_parse("float16", &dtype));
    ck_assert_str_eq(dtype_npy(DTYPE_UINT8), "u1");
    ck_assert_uint_eq(dtype_bytes(DTYPE_INT16), 2);
}
END_TEST

START_TEST(shapes_print_as_python_tuples)
{
    char text[SHAPE_TEXT_BYTES];
    struct shape shape = shape_of(0);

    ck_assert_str_eq(shape_text(&shape, text), "()");
    shape = shape_of(1, INT64_C(3));
    ck_assert_str_eq(shape_text(&shape, text), "(3,)");
    shape = shape_of(2, INT64_C(128), INT64_C(784));
    ck_assert_str_eq(shape_text(&shape, text), "(128, 784)");
    for (int i = 0; i < TENSOR_RANK_MAX; i++)
        shape.dims[i] = INT64_MAX;
    shape.rank = TENSOR_RANK_MAX;
    ck_assert_uint_lt(strlen(shape_text(&shape, text)), SHAPE_TEXT_BYTES);
}
END_TEST

START_TEST(counts_out_of_bounds_are_refused)
{
    struct shape shape = shape_of(2, INT64_C(1) << 31, INT64_C(1) << 29);
    int64_t count = -1;

    ck_assert(!shape_count(&shape, &count));
    shape = shape_of(3, INT64_MAX, INT64_C(0), INT64_MAX);
    ck_assert(!shape_count(&shape, &count));
    shape = shape_of(2, INT64_C(1) << 31, INT64_C(1) << 28);
    ck_assert(shape_count(&shape, &count));
    ck_assert_int_eq(count, INT64_C(1) << 59);
    shape = shape_of(1, INT64_C(-1));
    ck_assert(!shape_count(&shape, &count));
    shape = shape_of(2, INT64_C(0), INT64_C(5));
    ck_assert(shape_count(&shape, &count));
    ck_assert_int_eq(count, 0);
}
END_TEST

START_TEST(only_equal_shapes_are_equal)
{
    const struct shape a = shape_of(2, INT64_C(2), INT64_C(3));
    const struct shape b = shape_of(2, INT64_C(3), INT64_C(2));
    const struct shape c = shape_of(3, INT64_C(2), INT64_C(3), INT64_C(1));

    ck_assert(shape_equal(&a, &a));
    ck_assert(!shape_equal(&a, &b));
    ck_assert(!shape_equal(&a, &c));
}
END_TEST

/* What is read back after writing a value that may not fit. */
static const struct {
    enum dtype dtype;
    double written, read;
} elements[] = {
    { DTYPE_FLOAT32, 0.1, 0.1F },  { DTYPE_FLOAT64, 0.1, 0.1 },
    { DTYPE_BOOL, 7, 1 },          { DTYPE_BOOL, 0, 0 },
    { DTYPE_UINT8, 300, 255 },     { DTYPE_UINT8, -1, 0 },
    { DTYPE_INT8, -200, -128 },    { DTYPE_UINT16, 65535, 65535 },
    { DTYPE_INT16, 40000, 32767 }, { DTYPE_UINT32, 4294967295.0, 4294967295.0 },
    { DTYPE_INT32, -3.7, -3 },     { DTYPE_INT64, 1e300, 9223372036854774784.0 },
    { DTYPE_INT64, NAN, 0 },
};

START_TEST(elements_are_clamped_to_their_dtype)
{
    int64_t memory[2] = { 0 };
    const struct tensor tensor = { elements[_i].dtype, shape_of(1, INT64_C(2)), memory };

    tensor_write(&tensor, 1, elements[_i].written);
    ck_assert_double_eq(tensor_read(&tensor, 1), elements[_i].read);
    ck_assert_double_eq(tensor_read(&tensor, 0), 0);
}
END_TEST

START_TEST(a_batch_finds_its_sources)
{
    const struct batch_source sources[] = { { .name = "features" }, { .name = "targets" } };
    const struct batch batch = { sources, 2, 0 };

    ck_assert_ptr_eq(batch_find(&batch, "targets"), &sources[1]);
    ck_assert_ptr_null(batch_find(&batch, "target"));
}
END_TEST

Suite *tensor_suite(void)
{
    Suite *suite = suite_create("tensor");
    TCase *tests = tcase_create("tensor");

    tcase_add_test(tests, dtype_names_are_numpys);
    tcase_add_test(tests, shapes_print_as_python_tuples);
    tcase_add_test(tests, counts_out_of_bounds_are_refused);
    tcase_add_test(tests, only_equal_shapes_are_equal);
    tcase_add_loop_test(tests, elements_are_clamped_to_their_dtype, 0,
                        (int)(sizeof elements / sizeof *elements));
    tcase_add_test(tests, a_batch_finds_its_sources);
    suite_add_tcase(suite, tests);
    return suite;
}
