/* tests/server/suites.h -- the suites of server/. */
#ifndef TESTS_SERVER_SUITES_H
#define TESTS_SERVER_SUITES_H

#include <check.h>

Suite *config_suite(void);
Suite *db_suite(void);
Suite *idempotency_suite(void);
Suite *identifier_suite(void);
Suite *jobs_suite(void);
Suite *journal_suite(void);
Suite *log_file_suite(void);
Suite *log_suite(void);
Suite *log_writer_suite(void);
Suite *migrate_suite(void);
Suite *private_postgres_suite(void);
Suite *sqlstate_suite(void);
Suite *store_checkpoints_suite(void);
Suite *store_datasets_suite(void);
Suite *workers_suite(void);

#endif
