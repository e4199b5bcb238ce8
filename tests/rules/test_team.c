/* tests/rules/test_team.c -- a team gives the same bits as one thread. */
#include "tests/rules/rules.h"

#include <stdlib.h>

#include "engine/tensor/team.h"

enum {
    ROWS = 300,
    COLUMNS = 257,
    WEIGHTS = ROWS * COLUMNS,
    BIAS_AT = WEIGHTS + 12,
    ELEMENTS = BIAS_AT + 3000
};

static const char *const rules[] = {
    "{\"type\": \"Scale\", \"learning_rate\": 0.1}",
    "{\"type\": \"Adam\"}",
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"StepClipping\", \"threshold\": 0.5},"
    " {\"type\": \"Momentum\", \"learning_rate\": 0.1, \"momentum\": 0.9},"
    " {\"type\": \"VariableClipping\", \"threshold\": 3},"
    " {\"type\": \"RemoveNotFinite\"}]}",
};

static const struct step_parameter parameters[] = {
    { "/mlp/linear_0.W", { 2, { ROWS, COLUMNS } }, 0, WEIGHTS },
    { "/mlp/linear_0.b", { 1, { 3000 } }, BIAS_AT, 3000 },
};

/* Three steps, the last in two phases; gives the parameters. */
static float *train(const struct component *component, const struct step_layout *layout, size_t members)
{
    float *values = calloc(ELEMENTS, sizeof *values), *steps = calloc(ELEMENTS, sizeof *steps);
    struct error err;
    struct step_rule *rule = step_rule_new(component, layout, &err);
    struct team *team = team_start(members, &err);

    step_rule_use_team(rule, team);
    for (int i = 0; i < ELEMENTS; i++)
        values[i] = (float)(i * 31 % 97) / 50.0F - 1;
    for (int step = 0; step < 3; step++) {
        for (int i = 0; i < ELEMENTS; i++)
            steps[i] = (float)((i + step) * 17 % 101) / 50.0F - 1;
        if (step < 2) {
            step_rule_apply_and_update(rule, steps, values);
            continue;
        }
        step_rule_apply(rule, steps, values);
        step_update(layout, steps, values);
    }
    step_rule_free(rule);
    team_stop(team);
    free(steps);
    return values;
}

START_TEST(the_bits_are_those_of_one_thread)
{
    const struct step_layout layout = { DTYPE_FLOAT32, parameters, 2 };
    struct components components = { 0 };
    struct error_list errors = { 0 };
    const struct component *component = component_of_text(&components, &step_rule_family, rules[_i]);
    float *expected;

    ck_assert(step_rule_check(component, &layout, &errors));
    expected = train(component, &layout, 1);
    for (size_t members = 2; members <= 5; members++) {
        float *values = train(component, &layout, members);

        ck_assert_mem_eq(values, expected, ELEMENTS * sizeof *values);
        free(values);
    }
    free(expected);
    components_fini(&components);
}
END_TEST

Suite *team_suite(void)
{
    Suite *suite = suite_create("rules on a team");
    TCase *tests = tcase_create("team");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, the_bits_are_those_of_one_thread, 0, (int)(sizeof rules / sizeof *rules));
    suite_add_tcase(suite, tests);
    return suite;
}
