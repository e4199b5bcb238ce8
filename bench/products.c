/* bench/products.c -- how long the matrix products of a training step take alone.
 *
 * usage: products PRODUCT...
 *
 * PRODUCT is MxNxK with "a" or "b" behind it when that operand is stored transposed, and "*TIMES" when it is
 * done that often: 64x500x784, 784x500x64a, 20x576x25*128.  Every product has memory of its own, as in a
 * training; repeats share it.  First prints "ready PROFILE".  Then, for every line "SECONDS" on standard
 * input, does all products in turn for that long and prints "MICROSECONDS 0": of one round. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/tensor/blas.h"
#include "engine/tensor/numeric_profile.h"

struct task {
    struct product product;
    long times;
    float *a, *b, *c;
};

static float *matrix_new(int64_t rows, int64_t columns)
{
    float *values = memory_try_aligned((size_t)(rows * columns) * sizeof *values);

    for (int64_t i = 0; values && i < rows * columns; i++)
        values[i] = (float)(i % 7) * 0.25f - 0.75f;
    return values;
}

static bool task_read(const char *text, struct task *out)
{
    struct product *product = &out->product;
    long long m, n, k;
    int length;

    *out = (struct task){ .times = 1 };
    if (sscanf(text, "%9lldx%9lldx%9lld%n", &m, &n, &k, &length) != 3 || m < 1 || n < 1 || k < 1)
        return false;
    *product = (struct product){ .dtype = DTYPE_FLOAT32, .m = m, .n = n, .k = k };
    text += length;
    product->transpose_a = *text == 'a';
    product->transpose_b = *text == 'b';
    text += product->transpose_a || product->transpose_b;
    if (*text == '*' && sscanf(text, "*%9ld%n", &out->times, &length) == 1)
        text += length;
    out->a = matrix_new(m, k);
    out->b = matrix_new(k, n);
    out->c = matrix_new(m, n);
    return !*text && out->times > 0 && out->a && out->b && out->c;
}

static void task_fini(struct task *task)
{
    free(task->a);
    free(task->b);
    free(task->c);
}

static void do_round(const struct task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        for (long time = 0; time < tasks[i].times; time++)
            blas_product(&tasks[i].product, tasks[i].a, tasks[i].b, tasks[i].c);
}

/* Reads the clock about a hundred times. */
static double microseconds_per_round(const struct task *tasks, int count, double seconds)
{
    const double start = clock_monotonic_s(&clock_system);
    int64_t rounds = 0, at_once = 1;

    for (;;) {
        double spent;

        for (int64_t round = 0; round < at_once; round++)
            do_round(tasks, count);
        rounds += at_once;
        spent = clock_monotonic_s(&clock_system) - start;
        if (spent >= seconds)
            return spent / (double)rounds * 1e6;
        if (spent < seconds / 100)
            at_once *= 2;
    }
}

int main(int argc, char **argv)
{
    const int count = argc - 1;
    struct task *tasks = memory_new((size_t)argc, sizeof *tasks);
    struct error err = { 0 };
    char line[64];

    for (int i = 0; i < count; i++)
        if (!task_read(argv[i + 1], &tasks[i])) {
            fprintf(stderr, "products: '%s' is no product\n", argv[i + 1]);
            return 2;
        }
    if (!numeric_start(NULL, &err)) {
        fprintf(stderr, "products: %s\n", err.message);
        return 1;
    }
    printf("ready %s\n", numeric_profile());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double seconds;

        line[strcspn(line, "\n")] = '\0';
        if (!text_to_double(line, &seconds))
            break;
        printf("%.3f 0\n", microseconds_per_round(tasks, count, seconds));
        fflush(stdout);
    }
    for (int i = 0; i < count; i++)
        task_fini(&tasks[i]);
    free(tasks);
    return 0;
}
