/* tests/rules/rules.h -- the suites of this room, and a small job for rules to act on. */
#ifndef TESTS_RULES_RULES_H
#define TESTS_RULES_RULES_H

#include <check.h>

#include "engine/rules/step_rules.h"
#include "tests/support/components.h"

Suite *cases_suite(void);
Suite *formulas_suite(void);
Suite *kernels_suite(void);
Suite *pieces_suite(void);
Suite *settings_suite(void);
Suite *state_suite(void);
Suite *team_suite(void);

/* Parameters W (2, 2) and b (2), as in step_rules.json, with padding between them. */
enum { BENCH_ELEMENTS = 24, BENCH_W = 0, BENCH_B = 16 };
struct bench {
    struct components components;
    struct step_parameter parameters[2];
    struct step_layout layout;
    const struct component *component;
    struct step_rule *rule;
    double values[BENCH_ELEMENTS], steps[BENCH_ELEMENTS];
    float values_float32[BENCH_ELEMENTS], steps_float32[BENCH_ELEMENTS];
};

void bench_init(struct bench *bench, enum dtype dtype);
void bench_rule(struct bench *bench, const char *json); /* W starts as 1, -2, 0.5, 3 and b as 0.25, -0.75 */
/* Gives W and b (6 numbers) as gradients and applies the rule in two phases, or in one. */
void bench_step(struct bench *bench, const double *gradients, bool at_once);
double bench_value(const struct bench *bench, size_t index); /* 0 to 3 are W, 4 and 5 are b */
double bench_last_step(const struct bench *bench, size_t index);
void bench_fini(struct bench *bench);

extern const double bench_gradients[4][6];

#endif
