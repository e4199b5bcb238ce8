/* tests/graph/suites.h -- the suites of this program. */
#ifndef TESTS_GRAPH_SUITES_H
#define TESTS_GRAPH_SUITES_H

#include <check.h>

Suite *function_suite(void);
Suite *fusion_suite(void);
Suite *gradient_suite(void);
Suite *graph_suite(void);
Suite *hand_over_suite(void);
Suite *memory_plan_suite(void);
Suite *operations_suite(void);
Suite *random_suite(void);
Suite *recurrent_suite(void);
Suite *share_suite(void);
Suite *training_suite(void);
Suite *variables_suite(void);

#endif
