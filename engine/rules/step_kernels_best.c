/* engine/rules/step_kernels_best.c -- the step kernels of the instruction set that this CPU has. */
#include "engine/rules/step_kernels.h"

#include "engine/tensor/kernels.h"

#define TABLES(X, level) X(step_kernels_##level##_float32) X(step_kernels_##level##_float64)
#define DECLARE(name) extern const struct step_kernels name;

TABLES(DECLARE, baseline)
#ifdef __x86_64__
TABLES(DECLARE, v3)
TABLES(DECLARE, v4)
#endif

/* float32, float64 */
static const struct step_kernels *const levels[KERNEL_LEVEL_COUNT][2] = {
    [KERNEL_BASELINE] = { &step_kernels_baseline_float32, &step_kernels_baseline_float64 },
#ifdef __x86_64__
    [KERNEL_X86_64_V3] = { &step_kernels_v3_float32, &step_kernels_v3_float64 },
    [KERNEL_X86_64_V4] = { &step_kernels_v4_float32, &step_kernels_v4_float64 },
#endif
};

const struct step_kernels *step_kernels_at(enum kernel_level level, enum dtype dtype)
{
    return level <= kernel_level_best() ? levels[level][dtype == DTYPE_FLOAT64] : NULL;
}

const struct step_kernels *step_kernels_of(enum dtype dtype)
{
    return step_kernels_at(kernel_level_best(), dtype);
}
