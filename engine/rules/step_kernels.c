/* engine/rules/step_kernels.c -- compiled once per instruction set and real type: STEP_KERNELS is the name of
 * the table it makes, STEP_KERNELS_REAL is 32 or 64. */
#include "engine/rules/step_kernels.h"

#include <math.h>

#if STEP_KERNELS_REAL == 32
#define REAL float
#define SQRT sqrtf
#else
#define REAL double
#define SQRT sqrt
#endif
#define KERNEL(name) step_##name

#include "engine/rules/step_kernels_of_dtype.h"
