/* tests/docs/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_DOCS_SUITES_H
#define TESTS_DOCS_SUITES_H

#include <check.h>

Suite *api_page_suite(void);
Suite *examples_suite(void);
Suite *pages_suite(void);

#endif
