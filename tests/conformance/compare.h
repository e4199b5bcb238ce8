/* tests/conformance/compare.h -- expected JSON against JSON that was observed. */
#ifndef TESTS_CONFORMANCE_COMPARE_H
#define TESTS_CONFORMANCE_COMPARE_H

#include <cjson/cJSON.h>

#include "tests/conformance/verdict.h"

struct comparison {
    bool tolerant;         /* numbers within 1e-9 relative or 1e-12 absolute; else equal */
    bool numeric_booleans; /* true is 1 and false is 0 */
};

/* Special values of expectations: {"$float"}, {"$traceback"}, {"$timestamp_separator"}, "<seconds>".  On a
 * difference the verdict says where and what; `path` is where we are. */
bool json_matches(const cJSON *expected, const cJSON *observed, const struct comparison *comparison,
                  const char *path, struct verdict *verdict);

/* A number of a case: plain, or {"$float": "nan"}. */
bool json_number(const cJSON *json, double *out);
cJSON *json_of_number(double number);

/* Parses a case.  Unlike plain cJSON it remembers which numbers were written as floats: 2.0 is not 2. */
cJSON *json_of_case(const char *text);
bool json_is_float(const cJSON *number);

#endif
