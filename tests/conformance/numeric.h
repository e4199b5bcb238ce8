/* tests/conformance/numeric.h -- cases that are numbers and no jobs. */
#ifndef TESTS_CONFORMANCE_NUMERIC_H
#define TESTS_CONFORMANCE_NUMERIC_H

#include "engine/definition/bind.h"
#include "engine/graph/variables.h"
#include "engine/tensor/tensor.h"
#include "tests/conformance/compare.h"

void numeric_case(const cJSON *json, struct verdict *verdict); /* by its "kind" */

void step_rule_case(const cJSON *json, struct verdict *verdict);
void scheme_case(const cJSON *json, struct verdict *verdict);
void initialisation_case(const cJSON *json, struct verdict *verdict);
void mlp_initialisation_case(const cJSON *json, struct verdict *verdict);
void cost_case(const cJSON *json, struct verdict *verdict);
void activation_case(const cJSON *json, struct verdict *verdict);
void training_case(const cJSON *json, struct verdict *verdict);

/* ---- shared ---- */

extern const struct comparison numeric_tolerance;

/* {"type": T, "args": {...}} as {"type": T, ...}, whatever is inside included.  The caller deletes it. */
cJSON *numeric_flatten(const cJSON *component);

/* A component bound from JSON of our own shape. */
struct bound {
    char *text;
    struct json_document document;
    struct error_list errors;
    struct component *component; /* NULL: errors */
};
void bound_init(struct bound *bound, const struct family *family, const cJSON *json);
void bound_fini(struct bound *bound);
const char *bound_error(const struct bound *bound);

/* Nested lists as a tensor; whole numbers of one axis are labels.  False when it is none.  free(out->data).
 */
bool numeric_tensor(const cJSON *json, struct tensor *out);
cJSON *numeric_lists(const struct tensor *tensor);
/* The values of all parameters, by their paths. */
cJSON *numeric_parameters(const struct variables *variables);

/* A case that has to fail: true, with the verdict set, when it says so. */
bool numeric_must_fail(const cJSON *json, bool failed, struct verdict *verdict);

#endif
