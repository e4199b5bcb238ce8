/* engine/tensor/kernel_level.c -- which instruction sets this CPU and its operating system offer. */
#include "engine/tensor/kernels.h"

#define TABLES(X, name)                                                                                      \
    X(name##_float32)                                                                                        \
    X(name##_float64)
#define DECLARE(name) extern const struct kernels name;

TABLES(DECLARE, kernels_baseline)
#ifdef __x86_64__
TABLES(DECLARE, kernels_v3)
TABLES(DECLARE, kernels_v4)
#endif

static const struct {
    const char *name;
    const struct kernels *real[2]; /* float32, float64 */
} levels[KERNEL_LEVEL_COUNT] = {
    [KERNEL_BASELINE] = { "baseline", { &kernels_baseline_float32, &kernels_baseline_float64 } },
#ifdef __x86_64__
    [KERNEL_X86_64_V3] = { "x86-64-v3", { &kernels_v3_float32, &kernels_v3_float64 } },
    [KERNEL_X86_64_V4] = { "x86-64-v4", { &kernels_v4_float32, &kernels_v4_float64 } },
#else
    [KERNEL_X86_64_V3] = { "x86-64-v3", { NULL } },
    [KERNEL_X86_64_V4] = { "x86-64-v4", { NULL } },
#endif
};

/* The compiler's own CPU detection also asks whether the system saves the wide registers. */
static bool cpu_has(enum kernel_level level)
{
#ifdef __x86_64__
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");

    return level == KERNEL_X86_64_V4 ? v4 : level == KERNEL_X86_64_V3 ? v3 : true;
#else
    return level == KERNEL_BASELINE;
#endif
}

enum kernel_level kernel_level_best(void)
{
    enum kernel_level level = KERNEL_LEVEL_COUNT - 1;

    while (!cpu_has(level))
        level--;
    return level;
}

const struct kernels *kernels_at(enum kernel_level level, enum dtype dtype)
{
    return cpu_has(level) ? levels[level].real[dtype == DTYPE_FLOAT64] : NULL;
}

const struct kernels *kernels_best(enum dtype dtype)
{
    return kernels_at(kernel_level_best(), dtype);
}

const char *kernel_level_name(enum kernel_level level)
{
    return levels[level].name;
}
