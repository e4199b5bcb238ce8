/* tests/training/suites.h -- one function per test file. */
#ifndef TESTS_TRAINING_SUITES_H
#define TESTS_TRAINING_SUITES_H

#include <check.h>

Suite *aggregator_suite(void);
Suite *gradient_descent_suite(void);
Suite *log_suite(void);
Suite *log_state_suite(void);
Suite *main_loop_suite(void);
Suite *stop_suite(void);

#endif
