/* tests/bricks/bricks.h -- the suites of this room. */
#ifndef TESTS_BRICKS_BRICKS_H
#define TESTS_BRICKS_BRICKS_H

#include <check.h>

Suite *activations_suite(void);
Suite *all_types_suite(void);
Suite *batch_normalization_suite(void);
Suite *costs_suite(void);
Suite *feedforward_suite(void);
Suite *images_suite(void);
Suite *initialization_suite(void);
Suite *lookup_table_suite(void);
Suite *parallel_suite(void);
Suite *recurrent_suite(void);
Suite *start_values_suite(void);
Suite *tree_suite(void);

#endif
