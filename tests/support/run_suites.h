/* tests/support/run_suites.h -- what the main of a room's Check program does. */
#ifndef TESTS_SUPPORT_RUN_SUITES_H
#define TESTS_SUPPORT_RUN_SUITES_H

#include <check.h>
#include <stddef.h>

typedef Suite *suite_fn(void);

/* Runs them all, as loudly as CK_VERBOSITY says; the exit status of the program. */
int run_suites(suite_fn *const *suites, size_t count);

#endif
