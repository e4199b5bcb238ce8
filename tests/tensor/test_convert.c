/* tests/tensor/test_convert.c -- every dtype to every other. */
#include "tests/tensor/suites.h"

#include "engine/tensor/tensor.h"

/* Long enough for whole vectors and a remainder; values that every dtype but bool holds. */
enum { ELEMENTS = 77 };

START_TEST(every_pair_keeps_small_integers)
{
    const struct shape shape = shape_of(1, (int64_t)ELEMENTS);

    for (int from = 0; from < DTYPE_COUNT; from++) {
        for (int to = 0; to < DTYPE_COUNT; to++) {
            int64_t in_memory[ELEMENTS] = { 0 }, out_memory[ELEMENTS] = { 0 };
            const struct tensor in = { (enum dtype)from, shape, in_memory };
            const struct tensor out = { (enum dtype)to, shape, out_memory };

            for (int i = 0; i < ELEMENTS; i++)
                tensor_write(&in, i, i);
            tensor_convert(&in, &out);
            for (int i = 0; i < ELEMENTS; i++) {
                const double expected = from == DTYPE_BOOL || to == DTYPE_BOOL ? i != 0 : i;
                ck_assert_msg(tensor_read(&out, i) == expected, "%s to %s: %g became %g",
                              dtype_name(in.dtype), dtype_name(out.dtype), expected, tensor_read(&out, i));
            }
        }
    }
}
END_TEST

START_TEST(reals_round_and_truncate)
{
    double reals[3] = { 0.1, -1.9, 1e30 };
    float singles[3];
    int32_t integers[3];
    const struct shape shape = shape_of(1, INT64_C(3));
    const struct tensor in = { DTYPE_FLOAT64, shape, reals }, single = { DTYPE_FLOAT32, shape, singles },
                        integer = { DTYPE_INT32, shape, integers };

    tensor_convert(&in, &single);
    ck_assert_float_eq(singles[0], 0.1F);
    tensor_convert(&in, &integer);
    ck_assert_int_eq(integers[1], -1);
    ck_assert_int_eq(integers[2], INT32_MAX);
}
END_TEST

Suite *convert_suite(void)
{
    Suite *suite = suite_create("convert");
    TCase *tests = tcase_create("convert");

    tcase_add_test(tests, every_pair_keeps_small_integers);
    tcase_add_test(tests, reals_round_and_truncate);
    suite_add_tcase(suite, tests);
    return suite;
}
