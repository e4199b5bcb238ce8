/* tests/tensor/main.c -- runs every suite of engine/tensor. */
#include "tests/tensor/suites.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/tensor/kernels.h"

int main(void)
{
    SRunner *runner = srunner_create(tensor_suite());
    int failed;

    for (int level = 0; level < KERNEL_LEVEL_COUNT; level++)
        if (!kernels_at((enum kernel_level)level, DTYPE_FLOAT32))
            printf("this CPU cannot run the kernels of %s: they are not tested\n",
                   kernel_level_name((enum kernel_level)level));
    srunner_add_suite(runner, convert_suite());
    srunner_add_suite(runner, kernels_elementwise_suite());
    srunner_add_suite(runner, kernels_image_suite());
    srunner_add_suite(runner, kernels_sparse_suite());
    srunner_add_suite(runner, kernels_math_suite());
    srunner_add_suite(runner, kernels_rows_suite());
    srunner_add_suite(runner, blas_suite());
    srunner_add_suite(runner, team_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
