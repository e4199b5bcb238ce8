/* tests/extensions/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_EXTENSIONS_SUITES_H
#define TESTS_EXTENSIONS_SUITES_H

#include <check.h>

Suite *conditions_suite(void);
Suite *error_places_suite(void);
Suite *example_suite(void);
Suite *hostile_suite(void);
Suite *plan_memory_suite(void);
Suite *plan_suite(void);
Suite *progress_line_suite(void);
Suite *quantity_suite(void);
Suite *refusals_suite(void);
Suite *resume_suite(void);
Suite *scripted_suite(void);
Suite *stock_suite(void);
Suite *threads_suite(void);

#endif
