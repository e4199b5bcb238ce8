/* tests/tensor/test_blas.c -- products, and the choice of kernels at start. */
#include "tests/tensor/suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/blas.h"
#include "engine/tensor/kernels.h"
#include "engine/tensor/numeric_profile.h"

static const struct {
    int64_t m, n, k;
} sizes[] = { { 8, 16, 4 },
              { 1, 7, 5 },
              { 7, 1, 5 },
              { 5, 6, 1 },
              { 130, 70, 33 },
              { 210, 50, 100 },
              { 500, 20, 101 },
              { 3, 4, 0 },
              { 0, 4, 3 },
              { 1, 1, 1 },
              /* in blocks */ { 29, 300, 128 },
              { 23, 97, 530 },
              { 9, 430, 261 },
              { 251, 64, 70 } };

static double value(int64_t i)
{
    return (double)(i * 131 % 37 - 18) / 8;
}

START_TEST(products_of_every_orientation)
{
    struct error err = { 0 };

    const int64_t m = sizes[_i].m, n = sizes[_i].n, k = sizes[_i].k;

    ck_assert_msg(blas_start(NULL, &err), "%s", err.message); /* with the cuts of these kernels */
    for (int flags = 0; flags < 16; flags++) {
        const struct product product = {
            .dtype = flags & 8 ? DTYPE_FLOAT64 : DTYPE_FLOAT32,
            .transpose_a = flags & 1,
            .transpose_b = flags & 2,
            .accumulate = flags & 4,
            .m = m,
            .n = n,
            .k = k,
        };
        const struct tensor a = { product.dtype, shape_of(1, m * k), calloc((size_t)(m * k) + 1, 8) };
        const struct tensor b = { product.dtype, shape_of(1, k * n), calloc((size_t)(k * n) + 1, 8) };
        const struct tensor c = { product.dtype, shape_of(1, m * n), calloc((size_t)(m * n) + 1, 8) };

        for (int64_t i = 0; i < m * k; i++)
            tensor_write(&a, i, value(i));
        for (int64_t i = 0; i < k * n; i++)
            tensor_write(&b, i, value(i + 5));
        for (int64_t i = 0; i < m * n; i++)
            tensor_write(&c, i, 3);
        blas_product(&product, a.data, b.data, c.data);
        for (int64_t i = 0; i < m; i++) {
            for (int64_t j = 0; j < n; j++) {
                double sum = product.accumulate ? 3 : 0;
                for (int64_t l = 0; l < k; l++)
                    sum += tensor_read(&a, product.transpose_a ? l * m + i : i * k + l) *
                           tensor_read(&b, product.transpose_b ? j * k + l : l * n + j);
                ck_assert_double_eq(tensor_read(&c, i * n + j), sum); /* multiples of 1/64: exact */
            }
        }
        free(a.data);
        free(b.data);
        free(c.data);
    }
}
END_TEST

/* Columns of a wider result, as members of a team make them: those beside stay as they are. */
START_TEST(columns_of_a_wider_result)
{
    enum { M = 40, N = 300, K = 270, FIRST = 96, COUNT = 112 };
    struct error err = { 0 };
    float *a = malloc(sizeof(float) * M * K), *b = malloc(sizeof(float) * N * K), c[M][N];

    ck_assert_msg(blas_start(_i & 4 ? "Nehalem" : NULL, &err), "%s", err.message);
    for (int i = 0; i < M * K; i++)
        a[i] = (float)value(i);
    for (int i = 0; i < N * K; i++)
        b[i] = (float)value(i + 5);
    for (int i = 0; i < M * N; i++)
        c[i / N][i % N] = 7;
    blas_product(&(struct product){ .dtype = DTYPE_FLOAT32,
                                    .transpose_a = _i & 1,
                                    .transpose_b = _i & 2,
                                    .m = M,
                                    .n = COUNT,
                                    .k = K,
                                    .c_columns = N },
                 a, b + (_i & 2 ? FIRST * K : FIRST), &c[0][FIRST]);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            double sum = 0;

            for (int l = 0; l < K; l++)
                sum += value(_i & 1 ? l * M + i : i * K + l) * value(5 + (_i & 2 ? j * K + l : l * N + j));
            ck_assert_double_eq(c[i][j], j >= FIRST && j < FIRST + COUNT ? sum : 7);
        }
    }
    free(a);
    free(b);
}
END_TEST

START_TEST(the_environment_does_not_choose_the_kernels)
{
    struct error err = { 0 };
    const char *expected = kernel_level_best() == KERNEL_X86_64_V4 ? "SkylakeX" : "Haswell";

    if (kernel_level_best() == KERNEL_BASELINE)
        return; /* the library's own choice: nothing to claim */
    setenv("OPENBLAS_CORETYPE", "Prescott", 1);
    ck_assert_msg(blas_start(NULL, &err), "%s", err.message);
    ck_assert_str_eq(blas_core(), expected);
    ck_assert_str_eq(getenv("OPENBLAS_CORETYPE"), "Prescott");
}
END_TEST

START_TEST(an_explicit_core_is_taken)
{
    struct error err = { 0 };

    ck_assert_msg(blas_start("nehalem", &err), "%s", err.message);
    ck_assert_str_eq(blas_core(), "Nehalem");
}
END_TEST

START_TEST(an_unknown_core_is_refused)
{
    struct error err = { 0 };

    ck_assert(!blas_start("Pentium", &err));
    ck_assert_int_eq(err.code, ERROR_INVALID_VALUE);
    ck_assert_ptr_nonnull(strstr(err.message, "'Pentium'"));
}
END_TEST

START_TEST(the_profile_names_library_core_and_kernels)
{
    struct error err = { 0 };

    ck_assert_str_eq(numeric_profile(), "");
    ck_assert_msg(numeric_start(NULL, &err), "%s", err.message);
    ck_assert_int_eq(strncmp(numeric_profile(), "OpenBLAS 0.", 11), 0);
    ck_assert_ptr_nonnull(strstr(numeric_profile(), blas_core()));
    ck_assert_ptr_nonnull(strstr(numeric_profile(), kernel_level_name(kernel_level_best())));
}
END_TEST

static void *start_and_multiply(void *context)
{
    const float a[] = { 1, 2, 3, 4 }, b[] = { 5, 6, 7, 8 };
    const struct product product = { .dtype = DTYPE_FLOAT32, .m = 2, .n = 2, .k = 2 };
    struct error err = { 0 };
    float c[4];

    if (!numeric_start(NULL, &err))
        return context;
    for (int i = 0; i < 1000; i++)
        blas_product(&product, a, b, c);
    return c[0] == 19 && c[3] == 50 && numeric_profile()[0] ? NULL : context;
}

START_TEST(several_threads_may_start_at_once)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    struct error err = { 0 };
    void *failed;

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, start_and_multiply, &err), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
    ck_assert(numeric_start(blas_core(), &err));
    ck_assert(!numeric_start("Prescott", &err));
    ck_assert_int_eq(err.code, ERROR_STATE);
}
END_TEST

Suite *blas_suite(void)
{
    Suite *suite = suite_create("blas");
    TCase *tests = tcase_create("blas");

    tcase_set_timeout(tests, 60); /* a million multiplications by hand, also under sanitizers */
    tcase_add_loop_test(tests, products_of_every_orientation, 0, (int)(sizeof sizes / sizeof *sizes));
    tcase_add_loop_test(tests, columns_of_a_wider_result, 0, 8);
    tcase_add_test(tests, the_environment_does_not_choose_the_kernels);
    tcase_add_test(tests, an_explicit_core_is_taken);
    tcase_add_test(tests, an_unknown_core_is_refused);
    tcase_add_test(tests, the_profile_names_library_core_and_kernels);
    tcase_add_test(tests, several_threads_may_start_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
