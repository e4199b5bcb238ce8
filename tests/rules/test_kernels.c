/* tests/rules/test_kernels.c -- results depend on no instruction set. */
#include "tests/rules/rules.h"

#include <math.h>

#include "engine/rules/step_kernels.h"

enum { ELEMENTS = 1003, VECTORS = 4 };

struct vectors {
    _Alignas(double) char items[VECTORS][ELEMENTS * sizeof(double)];
};

static void fill(struct vectors *vectors, enum dtype dtype)
{
    for (int k = 0; k < VECTORS; k++) {
        const struct tensor tensor = { dtype, { 1, { ELEMENTS } }, vectors->items[k] };

        for (int i = 0; i < ELEMENTS; i++)
            tensor_write(&tensor, i, k < 2 ? sin(i + k) : fabs(sin(i * k)));
    }
}

/* Every kernel once, each on what the ones before left. */
static double run_all(const struct step_kernels *kernels, struct vectors *vectors)
{
    static double norms[ELEMENTS];
    const int64_t n = ELEMENTS;
    void *s = vectors->items[0], *p = vectors->items[1], *v = vectors->items[2], *w = vectors->items[3];
    double sums, squares = 0;

    kernels->update(n, s, p);
    kernels->scale(n, s, 0.9);
    kernels->scale_update(n, s, p, 0.1, &squares);
    kernels->momentum(n, s, v, 0.1, 0.9);
    kernels->momentum_update(n, s, v, p, 0.1, 0.9, &squares);
    kernels->nesterov(n, s, v, 0.5, 0.9);
    kernels->adam(n, s, v, w, 0.9, 0.999, 0.002, 1e-8);
    kernels->adam_update(n, s, v, w, p, 0.9, 0.999, 0.002, 1e-8, &squares);
    kernels->rms_prop(n, s, w, 0.9, 1e-5, 0.1);
    kernels->ada_grad(n, s, w, 0.002, 1e-6);
    for (int i = 0; i < ELEMENTS; i++)
        norms[i] = 0.1 * (i % 17);
    kernels->add_squares_difference(n, p, s, norms);
    kernels->clip_each(n, p, s, norms, 0.7);
    kernels->clip(n, p, s, 2, 1.5);
    sums = kernels->sum(n, s) + kernels->sum_squares(n, s) + kernels->sum_squares_difference(n, p, s);
    kernels->ada_delta(n, s, w, norms[0] > 1e9 ? p : v, 0.95, 1);
    kernels->replace(n, v, p, 0.3);
    return sums + squares;
}

START_TEST(every_level_gives_the_bits_of_the_baseline)
{
    static struct vectors baseline, other;
    const enum dtype dtype = _i ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    double baseline_sum;

    fill(&baseline, dtype);
    baseline_sum = run_all(step_kernels_at(KERNEL_BASELINE, dtype), &baseline);
    for (enum kernel_level level = KERNEL_BASELINE + 1; level < KERNEL_LEVEL_COUNT; level++) {
        if (!step_kernels_at(level, dtype))
            continue;
        fill(&other, dtype);
        ck_assert_double_eq(run_all(step_kernels_at(level, dtype), &other), baseline_sum);
        for (int k = 0; k < VECTORS; k++)
            ck_assert_mem_eq(other.items[k], baseline.items[k], ELEMENTS * dtype_bytes(dtype));
    }
}
END_TEST

Suite *kernels_suite(void)
{
    Suite *suite = suite_create("kernels");
    TCase *kernels = tcase_create("kernels");

    tcase_add_loop_test(kernels, every_level_gives_the_bits_of_the_baseline, 0, 2);
    suite_add_tcase(suite, kernels);
    return suite;
}
