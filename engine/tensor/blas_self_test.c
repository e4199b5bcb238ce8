/* engine/tensor/blas_self_test.c -- see blas_self_test.h. */
#include "engine/tensor/blas_self_test.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/tensor/blas.h"

/* A size that the library multiplies itself, in its packed way. */
enum { TEST_M = 96, TEST_N = 56, TEST_K = 500, TEST_REPEATS = 24 };

struct self_test {
    float a[TEST_M * TEST_K], b[TEST_K * TEST_N];
    float expected[TEST_M * TEST_N];
};

static void test_product(const struct self_test *test, float *c)
{
    const struct product product = { .dtype = DTYPE_FLOAT32, .m = TEST_M, .n = TEST_N, .k = TEST_K };

    blas_product(&product, test->a, test->b, c);
}

static void *test_thread(void *context)
{
    const struct self_test *test = context;
    float c[TEST_M * TEST_N];

    for (int i = 0; i < TEST_REPEATS; i++) {
        test_product(test, c);
        if (memcmp(c, test->expected, sizeof c) != 0)
            return context;
    }
    return NULL;
}

bool blas_self_test(void)
{
    struct self_test *test = memory_new(1, sizeof *test);
    pthread_t other;
    void *theirs = NULL, *ours;
    bool started;

    for (int i = 0; i < TEST_M * TEST_K; i++)
        test->a[i] = (float)(i * 7919 % 1009) / 1009.0F - 0.5F;
    for (int i = 0; i < TEST_K * TEST_N; i++)
        test->b[i] = (float)(i * 6007 % 997) / 997.0F - 0.5F;
    test_product(test, test->expected);
    started = pthread_create(&other, NULL, test_thread, test) == 0;
    ours = test_thread(test);
    if (started)
        pthread_join(other, &theirs);
    free(test);
    return started && !ours && !theirs;
}
