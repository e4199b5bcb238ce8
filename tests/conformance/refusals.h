/* tests/conformance/refusals.h -- jobs that Blocks starts and Kiln refuses: deliberate differences 7 and 8.
 */
#ifndef TESTS_CONFORMANCE_REFUSALS_H
#define TESTS_CONFORMANCE_REFUSALS_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* 8: triggers that are not of their type have to be refused. */
bool refusal_is_due(const cJSON *trace);
/* 7: a job that ends in an error that nobody scripted may be refused when it is built. */
bool refusal_is_possible(const cJSON *trace);

#endif
