/* tests/scenario/fixture.h -- what every test of a scenario begins and ends with. */
#ifndef TESTS_SCENARIO_FIXTURE_H
#define TESTS_SCENARIO_FIXTURE_H

#include <check.h>

#include "tests/scenario/kilnd.h"

/* The program under test. */
extern struct kilnd kilnd;

/* Each test has a kilnd of its own, with one or two workers and an empty data folder, and time to be slow. */
TCase *scenario_case(const char *name, int workers);

#endif
