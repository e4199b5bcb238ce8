/* tests/tensor/test_kernels_elementwise.c -- the elementwise kernels against their formulas, in every level.
 */
#include "tests/tensor/suites.h"

#include <math.h>

#include "tests/tensor/samples.h"

enum { ELEMENTS = 83 }; /* whole vectors and a remainder */
static const double parameter = 0.01;

#define MATH(name) name
#define REAL double
static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}
static double power(double a, double b)
{
    return pow(a, b);
}
static double softplus(double x)
{
    return log1p(exp(x));
}

/* The formulas of kernels.h, evaluated by libm. */
static double unary_expected(enum kernel_unary kernel, double x, double p)
{
    switch (kernel) {
#define KIND(name, result)                                                                                   \
    case KERNEL_##name:                                                                                      \
        return result;
        KERNELS_UNARY(KIND)
#undef KIND
    case KERNEL_UNARY_COUNT:
        break;
    }
    return p + logistic(x);
}

static double binary_expected(enum kernel_binary kernel, double a, double b, double p)
{
    switch (kernel) {
#define KIND(name, result)                                                                                   \
    case KERNEL_##name:                                                                                      \
        return result;
        KERNELS_BINARY(KIND)
#undef KIND
    case KERNEL_BINARY_COUNT:
        break;
    }
    return p;
}

/* Values with ties, zeros and both signs. */
static double value(int i, int stride)
{
    return (double)(i * stride % 17 - 8) / 4;
}

static void fill(const struct tensor *tensor, int stride, bool positive)
{
    for (int i = 0; i < ELEMENTS; i++)
        tensor_write(tensor, i, positive ? fabs(value(i, stride)) + 0.25 : value(i, stride));
}

static void assert_close(double got, double expected, enum dtype dtype, const char *what, int kernel)
{
    const double bound = dtype == DTYPE_FLOAT32 ? 1e-6 : 2e-15;

    ck_assert_msg(fabs(got - expected) <= bound * (1 + fabs(expected)), "%s %d: %.17g, not %.17g", what,
                  kernel, got, expected);
}

START_TEST(unary_kernels_are_their_formulas)
{
    const struct shape shape = shape_of(1, (int64_t)ELEMENTS);
    const bool positive = _i == KERNEL_sqrt || _i == KERNEL_log;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double x_memory[ELEMENTS], out_memory[ELEMENTS];
        const struct tensor x = { dtype, shape, x_memory }, out = { dtype, shape, out_memory };

        fill(&x, 5, positive);
        kernels->unary[_i](x_memory, out_memory, ELEMENTS, parameter);
        for (int i = 0; i < ELEMENTS; i++)
            assert_close(tensor_read(&out, i),
                         unary_expected((enum kernel_unary)_i, tensor_read(&x, i), parameter), dtype, "unary",
                         _i);
        kernels->unary[_i](x_memory, x_memory, ELEMENTS, parameter); /* over its operand: the same bits */
        for (int i = 0; i < ELEMENTS; i++)
            ck_assert_double_eq(tensor_read(&x, i), tensor_read(&out, i));
    }
}
END_TEST

START_TEST(binary_kernels_are_their_formulas)
{
    const struct shape shape = shape_of(1, (int64_t)ELEMENTS);
    const bool positive = _i == KERNEL_sqrt_gradient || _i == KERNEL_divide || _i == KERNEL_power;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double a_memory[ELEMENTS], b_memory[ELEMENTS], out_memory[ELEMENTS];
        const struct tensor a = { dtype, shape, a_memory }, b = { dtype, shape, b_memory },
                            out = { dtype, shape, out_memory };

        fill(&a, 5, positive);
        fill(&b, 3, positive);
        kernels->binary[_i](a_memory, b_memory, out_memory, ELEMENTS, parameter);
        for (int i = 0; i < ELEMENTS; i++)
            assert_close(
                tensor_read(&out, i),
                binary_expected((enum kernel_binary)_i, tensor_read(&a, i), tensor_read(&b, i), parameter),
                dtype, "binary", _i);
        kernels->binary[_i](a_memory, b_memory, b_memory, ELEMENTS, parameter);
        for (int i = 0; i < ELEMENTS; i++)
            ck_assert_double_eq(tensor_read(&b, i), tensor_read(&out, i));
    }
}
END_TEST

START_TEST(extremes_carry_nan)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double memory[3][ELEMENTS];
        const struct shape shape = shape_of(1, (int64_t)ELEMENTS);
        const struct tensor number = { dtype, shape, memory[0] }, nan = { dtype, shape, memory[1] },
                            out = { dtype, shape, memory[2] };

        fill(&number, 5, false);
        for (int i = 0; i < ELEMENTS; i++)
            tensor_write(&nan, i, NAN);
        for (int kernel = KERNEL_minimum; kernel <= KERNEL_maximum; kernel++) {
            kernels->binary[kernel](number.data, nan.data, out.data, ELEMENTS, 0);
            ck_assert(isnan(tensor_read(&out, 0)) && isnan(tensor_read(&out, ELEMENTS - 1)));
            kernels->binary[kernel](nan.data, number.data, out.data, ELEMENTS, 0);
            ck_assert(isnan(tensor_read(&out, 0)) && isnan(tensor_read(&out, ELEMENTS - 1)));
        }
    }
}
END_TEST

START_TEST(slopes_at_corners)
{
    const double zero = 0, one = 1;
    const struct kernels *kernels = kernels_best(DTYPE_FLOAT64);
    double slope;

    kernels->binary[KERNEL_rectifier_gradient](&zero, &one, &slope, 1, 0);
    ck_assert_double_eq(slope, 0.5);
    kernels->binary[KERNEL_leaky_rectifier_gradient](&zero, &one, &slope, 1, 0.01);
    ck_assert_double_eq(slope, 0.505);
    kernels->binary[KERNEL_abs_gradient](&zero, &one, &slope, 1, 0);
    ck_assert_double_eq(slope, 0);
}
END_TEST

Suite *kernels_elementwise_suite(void)
{
    Suite *suite = suite_create("kernels: elementwise");
    TCase *tests = tcase_create("elementwise");

    tcase_add_loop_test(tests, unary_kernels_are_their_formulas, 0, KERNEL_UNARY_COUNT);
    tcase_add_loop_test(tests, binary_kernels_are_their_formulas, 0, KERNEL_BINARY_COUNT);
    tcase_add_test(tests, extremes_carry_nan);
    tcase_add_test(tests, slopes_at_corners);
    suite_add_tcase(suite, tests);
    return suite;
}
