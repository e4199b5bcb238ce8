/* tests/bricks/bricks.h -- the suites of this room. */
#ifndef TESTS_BRICKS_BRICKS_H
#define TESTS_BRICKS_BRICKS_H

#include <check.h>

Suite *initialization_suite(void);

#endif
