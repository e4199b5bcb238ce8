/* engine/rules/step_kernels.c -- step_kernels_of_dtype.h for both dtypes. */
#include "engine/rules/step_kernels.h"

#include <math.h>

#define REAL float
#define SQRT sqrtf
#define KERNEL(name) name##_float32
#include "engine/rules/step_kernels_of_dtype.h"
#undef REAL
#undef SQRT
#undef KERNEL

#define REAL double
#define SQRT sqrt
#define KERNEL(name) name##_float64
#include "engine/rules/step_kernels_of_dtype.h"
#undef REAL
#undef SQRT
#undef KERNEL

const struct step_kernels *step_kernels_of(enum dtype dtype)
{
    return dtype == DTYPE_FLOAT32 ? &step_kernels_float32 : &step_kernels_float64;
}
