/* tests/api/suites.h -- one suite per file. */
#ifndef TESTS_API_SUITES_H
#define TESTS_API_SUITES_H

#include <check.h>

Suite *target_suite(void);
Suite *head_suite(void);
Suite *router_suite(void);
Suite *range_suite(void);
Suite *etag_suite(void);
Suite *accept_suite(void);
Suite *json_writer_suite(void);
Suite *problem_suite(void);
Suite *exchange_suite(void);
Suite *waiters_suite(void);
Suite *connections_suite(void);
Suite *http_suite(void);
Suite *http_waiting_suite(void);

#endif
