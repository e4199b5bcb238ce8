/* tests/conformance/differences.h -- cases that meet a deliberate difference between Kiln and Blocks.
 *
 * Each rule looks at the case and at what was observed, never at a name: it says whether the difference was
 * met, and then compares with the expectation changed accordingly. */
#ifndef TESTS_CONFORMANCE_DIFFERENCES_H
#define TESTS_CONFORMANCE_DIFFERENCES_H

#include "tests/conformance/job.h"
#include "tests/conformance/verdict.h"

/* A job that ran and does not match: true when a difference decided, with the verdict set. */
bool differences_decide(const cJSON *trace, struct job *job, struct verdict *verdict);

#endif
