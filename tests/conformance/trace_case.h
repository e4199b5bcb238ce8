/* tests/conformance/trace_case.h -- runs a scripted job and compares what it did with what Blocks did. */
#ifndef TESTS_CONFORMANCE_TRACE_CASE_H
#define TESTS_CONFORMANCE_TRACE_CASE_H

#include <cjson/cJSON.h>

#include "tests/conformance/verdict.h"

void trace_case(const cJSON *trace, struct verdict *verdict);

/* ---- for differences.c ---- */

struct job;

/* Everything observed of a job that has run, in the shape of an expectation; the caller deletes it. */
cJSON *trace_observed(struct job *job);
/* An expectation with everything left out that is not compared; the caller deletes it. */
cJSON *trace_expected(const cJSON *trace);
/* Compares the members that `expected` has. */
bool trace_matches(const cJSON *trace, const cJSON *expected, const cJSON *observed, struct verdict *verdict);

#endif
