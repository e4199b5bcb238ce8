/* tests/api/endpoint_suites.h -- the suites that need a database. */
#ifndef TESTS_API_ENDPOINT_SUITES_H
#define TESTS_API_ENDPOINT_SUITES_H

#include <check.h>

Suite *jobs_suite(void);
Suite *log_suite(void);
Suite *checkpoints_suite(void);
Suite *datasets_suite(void);
Suite *service_suite(void);

#endif
