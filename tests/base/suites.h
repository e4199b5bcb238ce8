/* tests/base/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_BASE_SUITES_H
#define TESTS_BASE_SUITES_H

#include <check.h>

Suite *arena_suite(void);
Suite *clock_suite(void);
Suite *error_suite(void);
Suite *json_locate_suite(void);
Suite *json_scan_suite(void);
Suite *param_text_suite(void);
Suite *path_suite(void);
Suite *random_suite(void);
Suite *text_suite(void);
Suite *text_number_suite(void);
Suite *thread_suite(void);
Suite *utf8_suite(void);
Suite *value_suite(void);
Suite *write_file_suite(void);

#endif
