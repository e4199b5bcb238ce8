/* tests/tensor/suites.h -- the suites of this program. */
#ifndef TESTS_TENSOR_SUITES_H
#define TESTS_TENSOR_SUITES_H

#include <check.h>

Suite *blas_suite(void);
Suite *convert_suite(void);
Suite *kernels_elementwise_suite(void);
Suite *kernels_block_suite(void);
Suite *kernels_channels_suite(void);
Suite *kernels_image_suite(void);
Suite *kernels_patches_suite(void);
Suite *kernels_pooled_suite(void);
Suite *kernels_sparse_suite(void);
Suite *kernels_math_suite(void);
Suite *kernels_rows_suite(void);
Suite *processors_suite(void);
Suite *team_suite(void);
Suite *tensor_suite(void);

#endif
