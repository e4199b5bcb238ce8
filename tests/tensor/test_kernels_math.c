/* tests/tensor/test_kernels_math.c -- the error of the polynomial functions, against libm one size up.
 *
 * Bounds are in units in the last place of the exact result.  Every level that the CPU runs is measured. */
#include "tests/tensor/suites.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "engine/tensor/counted_random.h"
#include "tests/tensor/samples.h"

enum { SAMPLES = 200003 };

static long double logistic_exact(long double x)
{
    return 1 / (1 + expl(-x));
}

static long double softplus_exact(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static const struct {
    const char *name;
    enum kernel_unary kernel;
    long double (*exact)(long double);
    double low[2], high[2]; /* float32, float64 */
    double ulps_max;        /* with fused multiply-add; without it one more is allowed */
} functions[] = {
    { "exp", KERNEL_exp, expl, { -86.8, -707.9 }, { 88.7, 709.7 }, 1.5 },
    { "exp near 0", KERNEL_exp, expl, { -1, -1 }, { 1, 1 }, 1.5 },
    { "tanh", KERNEL_tanh, tanhl, { -12, -25 }, { 12, 25 }, 3 },
    { "tanh near 0", KERNEL_tanh, tanhl, { -0.01, -0.01 }, { 0.01, 0.01 }, 3 },
    { "logistic", KERNEL_logistic, logistic_exact, { -80, -700 }, { 20, 40 }, 3 },
    { "log", KERNEL_log, logl, { 1e-37, 1e-300 }, { 1e37, 1e300 }, 1.5 },
    { "log near 1", KERNEL_log, logl, { 0.5, 0.5 }, { 2, 2 }, 1.5 },
    { "log of denormals", KERNEL_log, logl, { 1e-44, 1e-320 }, { 1e-38, 1e-308 }, 1.5 },
    { "softplus", KERNEL_softplus, softplus_exact, { -80, -700 }, { 80, 700 }, 3 },
    { "softplus near 0", KERNEL_softplus, softplus_exact, { -2, -2 }, { 2, 2 }, 3 },
};

static double ulps(double got, long double exact, bool single)
{
    const double at = fabs((double)exact);
    const double unit =
        single ? (double)(nextafterf((float)at, INFINITY) - (float)at) : nextafter(at, INFINITY) - at;

    return (double)fabsl(((long double)got - exact) / (long double)unit);
}

/* Samples run evenly over the range, or over its exponents for logarithms. */
static double sample(size_t function, bool single, int i)
{
    const double low = functions[function].low[!single], high = functions[function].high[!single];
    const double t = (double)i / (SAMPLES - 1);

    return functions[function].kernel == KERNEL_log ? exp(log(low) + (log(high) - log(low)) * t)
                                                    : low + (high - low) * t;
}

static double worst_error(size_t function, const struct kernels *kernels, bool single)
{
    double *x = malloc(SAMPLES * sizeof *x), *y = malloc(SAMPLES * sizeof *y), worst = 0;

    for (int i = 0; i < SAMPLES; i++) {
        if (single)
            ((float *)x)[i] = (float)sample(function, single, i);
        else
            x[i] = sample(function, single, i);
    }
    kernels->unary[functions[function].kernel](x, y, SAMPLES, 0);
    for (int i = 0; i < SAMPLES; i++) {
        const double in = single ? ((float *)x)[i] : x[i], out = single ? ((float *)y)[i] : y[i];
        const double error = ulps(out, functions[function].exact(in), single);

        if (!(error <= worst))
            worst = error;
    }
    free(x);
    free(y);
    return worst;
}

START_TEST(errors_stay_within_their_bounds)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        const double bound = functions[_i].ulps_max + (level == KERNEL_BASELINE);
        const double error = worst_error((size_t)_i, kernels, dtype == DTYPE_FLOAT32);
        ck_assert_msg(error <= bound, "%s of %s, %s: %.2f ulp, not %.2f", functions[_i].name,
                      dtype_name(dtype), kernel_level_name((enum kernel_level)level), error, bound);
    }
}
END_TEST

/* Limits and special values, in both dtypes. */
static const struct {
    enum kernel_unary kernel;
    double x, expected;
} specials[] = {
    { KERNEL_exp, -INFINITY, 0 },
    { KERNEL_exp, INFINITY, INFINITY },
    { KERNEL_exp, 1000, INFINITY },
    { KERNEL_exp, -1000, 0 },
    { KERNEL_exp, 0, 1 },
    { KERNEL_exp, NAN, NAN },
    { KERNEL_log, 0, -INFINITY },
    { KERNEL_log, -1, NAN },
    { KERNEL_log, INFINITY, INFINITY },
    { KERNEL_log, 1, 0 },
    { KERNEL_log, NAN, NAN },
    { KERNEL_tanh, INFINITY, 1 },
    { KERNEL_tanh, -INFINITY, -1 },
    { KERNEL_tanh, 0, 0 },
    { KERNEL_tanh, -0.0, -0.0 },
    { KERNEL_tanh, NAN, NAN },
    { KERNEL_tanh, 1e30, 1 },
    { KERNEL_logistic, -INFINITY, 0 },
    { KERNEL_logistic, INFINITY, 1 },
    { KERNEL_logistic, 0, 0.5 },
    { KERNEL_logistic, NAN, NAN },
    { KERNEL_softplus, -INFINITY, 0 },
    { KERNEL_softplus, NAN, NAN },
    { KERNEL_softplus, INFINITY, INFINITY },
    { KERNEL_softplus, 1000, 1000 },
    { KERNEL_rectifier, NAN, NAN },
    { KERNEL_rectifier, -INFINITY, 0 },
    { KERNEL_rectifier, -0.0, 0.0 },
    { KERNEL_sqrt, -1, NAN },
    { KERNEL_abs, -INFINITY, INFINITY },
};

START_TEST(special_values_are_those_of_libm)
{
    const struct kernels *kernels;
    const double expected = specials[_i].expected;

    FOR_EACH_TABLE
    {
        const struct tensor tensor = { dtype, shape_of(1, INT64_C(33)), (double[33]){ 0 } };

        for (int i = 0; i < 33; i++)
            tensor_write(&tensor, i, specials[_i].x);
        kernels->unary[specials[_i].kernel](tensor.data, tensor.data, 33, 0);
        for (int i = 0; i < 33; i += 32) { /* in a vector and in the remainder */
            const double got = tensor_read(&tensor, i);
            ck_assert_msg(isnan(expected) ? isnan(got) : got == expected && signbit(got) == signbit(expected),
                          "kernel %d of %g: %g, not %g", specials[_i].kernel, specials[_i].x, got, expected);
        }
    }
}
END_TEST

/* ---- Powers ---- */

/* Bases run evenly over their exponents, so that results fill the range that is given. */
static const struct {
    const char *name;
    double low, high;          /* of the base */
    double result_exponent[2]; /* of the result, to base e, at most; float32, float64 */
} powers[] = {
    { "power", 1e-30, 1e30, { 86, 707 } },
    { "power near 1", 0.5, 2, { 86, 707 } },
    { "power of almost 1", 0.999, 1.001, { 5, 5 } },
    { "power of denormals", 1e-44, 1e-38, { 86, 300 } },
};

/* The worst error for some exponents; `memory` has room for three times SAMPLES of them. */
static double worst_error_of_power(size_t row, const struct kernels *kernels, enum dtype dtype,
                                   double *const memory[3])
{
    const struct shape shape = shape_of(1, (int64_t)SAMPLES);
    const struct tensor a = { dtype, shape, memory[0] }, b = { dtype, shape, memory[1] },
                        out = { dtype, shape, memory[2] };
    const double low = log(powers[row].low), high = log(powers[row].high);
    double worst = 0;

    for (int i = 0; i < SAMPLES; i++) {
        const double of_base = low + (high - low) * i / (SAMPLES - 1);
        const double of_result =
            powers[row].result_exponent[dtype == DTYPE_FLOAT64] * ((i * 7919LL) % 2001 - 1000) / 1000;

        tensor_write(&a, i, exp(of_base));
        tensor_write(&b, i, of_result / of_base);
    }
    kernels->binary[KERNEL_power](memory[0], memory[1], memory[2], SAMPLES, 0);
    for (int i = 0; i < SAMPLES; i++) {
        const long double exact = powl(tensor_read(&a, i), tensor_read(&b, i));
        const double error = ulps(tensor_read(&out, i), exact, dtype == DTYPE_FLOAT32);

        if (!(error <= worst))
            worst = error;
    }
    return worst;
}

START_TEST(powers_stay_within_their_bound)
{
    const struct kernels *kernels;
    double *memory[3];

    for (int i = 0; i < 3; i++)
        memory[i] = malloc(SAMPLES * sizeof *memory[i]);
    FOR_EACH_TABLE
    {
        const double bound = 1.5;
        const double error = worst_error_of_power((size_t)_i, kernels, dtype, memory);
        ck_assert_msg(error <= bound, "%s of %s, %s: %.2f ulp, not %.2f", powers[_i].name, dtype_name(dtype),
                      kernel_level_name((enum kernel_level)level), error, bound);
    }
    for (int i = 0; i < 3; i++)
        free(memory[i]);
}
END_TEST

/* Every pair of these; 4194305 and 16777217 are odd (the second only in float64), 1e30 is even. */
static const double of_interest[] = {
    0.0,       -0.0,      1,       -1,      0.5,
    -0.5,      2,         -2,      3,       -3,
    INFINITY,  -INFINITY, NAN,     0.1,     -7.3,
    31,        4194304.5, 8388609, 4194305, 16777217,
    -16777217, 1e30,      -1e30,   1e-40,   9007199254740991,
    0.99999,
};

START_TEST(special_powers_are_those_of_libm)
{
    enum { COUNT = sizeof of_interest / sizeof *of_interest };
    const struct kernels *kernels;
    const struct shape shape = shape_of(1, (int64_t)COUNT);
    double memory[3][COUNT];

    FOR_EACH_TABLE
    {
        const struct tensor a = { dtype, shape, memory[0] }, b = { dtype, shape, memory[1] },
                            out = { dtype, shape, memory[2] };
        const double tiny = dtype == DTYPE_FLOAT32 ? 0x1p-125 : 0x1p-1021; /* smaller results may be 0 */

        for (int i = 0; i < COUNT; i++) {
            tensor_write(&a, i, of_interest[_i]);
            tensor_write(&b, i, of_interest[i]);
        }
        kernels->binary[KERNEL_power](memory[0], memory[1], memory[2], COUNT, 0);
        for (int i = 0; i < COUNT; i++) {
            const double x = tensor_read(&a, i), y = tensor_read(&b, i), got = tensor_read(&out, i);
            const double whole = dtype == DTYPE_FLOAT32 ? (double)powf((float)x, (float)y) : pow(x, y);
            const bool small = fabs(whole) < tiny && got == 0;
            const double expected = small ? copysign(0, whole) : whole;
            const double near = fabs(expected) * (dtype == DTYPE_FLOAT32 ? 3e-7 : 6e-16);

            ck_assert_msg(isnan(expected) ? isnan(got)
                                          : (got == expected || fabs(got - expected) <= near) &&
                                                signbit(got) == signbit(expected),
                          "%s, %s: %.17g^%.17g is %.17g, not %.17g", dtype_name(dtype),
                          kernel_level_name((enum kernel_level)level), x, y, got, expected);
        }
    }
}
END_TEST

/* ---- Normal random numbers ---- */

/* What the formula gives for the same draws, as the kernel reads them. */
static long double normal_exact(uint64_t seed, uint64_t index, bool single)
{
    const uint64_t first = counted_random(seed, index), second = counted_random(seed, index + 1);
    const long double above_0 = single ? ((float)(first >> 33) + 1) * 0x1p-31L : 1 - (first >> 12) * 0x1p-52L;
    const long double turns = single ? (second >> 41) * 0x1p-23L : (second >> 12) * 0x1p-52L;

    return sqrtl(-2 * logl(above_0)) * cosl(6.28318530717958647693L * turns);
}

START_TEST(normal_numbers_follow_their_formula)
{
    enum { DRAWS = 100003 };
    const struct kernels *kernels;
    double *out = malloc(DRAWS * sizeof *out);

    FOR_EACH_TABLE
    {
        const struct tensor tensor = { dtype, shape_of(1, (int64_t)DRAWS), out };
        const double bound = dtype == DTYPE_FLOAT32 ? 1e-6 : 2e-15;

        kernels->normal(5, 1000, 0.5, out, DRAWS);
        for (int i = 0; i < DRAWS; i++) {
            const double expected =
                (double)normal_exact(5, 1000 + 2 * (uint64_t)i, dtype == DTYPE_FLOAT32) / 2;

            ck_assert_msg(fabs(tensor_read(&tensor, i) - expected) <= bound, "%s, %s, %d: %.17g, not %.17g",
                          dtype_name(dtype), kernel_level_name((enum kernel_level)level), i,
                          tensor_read(&tensor, i), expected);
        }
    }
    free(out);
}
END_TEST

Suite *kernels_math_suite(void)
{
    Suite *suite = suite_create("kernels: math");
    TCase *tests = tcase_create("math");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, errors_stay_within_their_bounds, 0,
                        (int)(sizeof functions / sizeof *functions));
    tcase_add_loop_test(tests, special_values_are_those_of_libm, 0,
                        (int)(sizeof specials / sizeof *specials));
    tcase_add_loop_test(tests, powers_stay_within_their_bound, 0, (int)(sizeof powers / sizeof *powers));
    tcase_add_loop_test(tests, special_powers_are_those_of_libm, 0,
                        (int)(sizeof of_interest / sizeof *of_interest));
    tcase_add_test(tests, normal_numbers_follow_their_formula);
    suite_add_tcase(suite, tests);
    return suite;
}
