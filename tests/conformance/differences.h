/* tests/conformance/differences.h -- cases that meet a deliberate difference between Kiln and Blocks.
 *
 * Rules look at the case and at what was observed, never at a name, and say which differences were met.  Then
 * the case is played again with every difference undone, in the runner's own extensions, conditions and
 * streams: this job has to do exactly what Blocks did.  Of the job as it stands it is checked that the
 * difference is what it should be. */
#ifndef TESTS_CONFORMANCE_DIFFERENCES_H
#define TESTS_CONFORMANCE_DIFFERENCES_H

#include "tests/conformance/job.h"
#include "tests/conformance/verdict.h"

/* A job that ran and does not match: true when a difference decided, with the verdict set. */
bool differences_decide(const cJSON *trace, struct job *job, struct verdict *verdict);

#endif
