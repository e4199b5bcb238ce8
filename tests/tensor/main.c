/* tests/tensor/main.c -- runs every suite of engine/tensor. */
#include <stdio.h>

#include "engine/base/error.h"
#include "engine/tensor/kernels.h"
#include "tests/support/run_suites.h"
#include "tests/tensor/suites.h"

static suite_fn *const suites[] = {
    tensor_suite,           convert_suite,       kernels_elementwise_suite, kernels_block_suite,
    kernels_channels_suite, kernels_image_suite, kernels_patches_suite,     kernels_pooled_suite,
    kernels_sparse_suite,   kernels_math_suite,  kernels_rows_suite,        blas_suite,
    processors_suite,       team_suite
};

int main(void)
{
    for (int level = 0; level < KERNEL_LEVEL_COUNT; level++)
        if (!kernels_at((enum kernel_level)level, DTYPE_FLOAT32))
            printf("this CPU cannot run the kernels of %s: they are not tested\n",
                   kernel_level_name((enum kernel_level)level));
    return run_suites(suites, COUNT(suites));
}
