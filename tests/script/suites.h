/* tests/script/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_SCRIPT_SUITES_H
#define TESTS_SCRIPT_SUITES_H

#include <check.h>

Suite *all_functions_suite(void);
Suite *budget_suite(void);
Suite *determinism_suite(void);
Suite *expression_errors_suite(void);
Suite *expression_suite(void);
Suite *function_suite(void);
Suite *hostile_suite(void);
Suite *library_suite(void);
Suite *log_view_suite(void);
Suite *main_loop_view_suite(void);
Suite *record_names_suite(void);
Suite *table_suite(void);

#endif
