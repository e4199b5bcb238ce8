/* tests/definition/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_DEFINITION_SUITES_H
#define TESTS_DEFINITION_SUITES_H

#include <check.h>

Suite *bind_suite(void);
Suite *bind_component_suite(void);
Suite *describe_suite(void);
Suite *families_suite(void);
Suite *file_streams_suite(void);
Suite *schema_suite(void);
Suite *streams_suite(void);
Suite *threads_suite(void);

#endif
