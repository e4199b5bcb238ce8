/* tests/rules/test_formulas.c -- what step_rules.json does not show. */
#include "tests/rules/rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void assert_near(double got, double wanted)
{
    ck_assert_msg(fabs(got - wanted) <= 1e-12 + 1e-9 * fabs(wanted), "%.17g instead of %.17g", got, wanted);
}

START_TEST(nesterov_momentum_looks_ahead)
{
    const double rate = 0.1, keep = 0.9;
    double velocity = 0, value = 1;
    struct bench bench;

    bench_init(&bench, _i ? DTYPE_FLOAT32 : DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"NesterovMomentum\", \"learning_rate\": 0.1, \"momentum\": 0.9}");
    for (int step = 0; step < 4; step++) {
        const double scaled = rate * bench_gradients[step][0];

        value -= keep * keep * velocity + (1 + keep) * scaled;
        velocity = keep * velocity + scaled;
        bench_step(&bench, bench_gradients[step], step % 2);
        ck_assert_double_eq_tol(bench_value(&bench, 0), value, _i ? 1e-6 : 1e-12);
    }
    bench_fini(&bench);
}
END_TEST

START_TEST(adam_multiplies_beta1_by_the_decay_factor)
{
    double mean = 0, variance = 0, value = 0.25;
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"Adam\", \"learning_rate\": 0.1, \"beta1\": 0.8, \"beta2\": 0.95,"
                       " \"epsilon\": 0.001, \"decay_factor\": 0.9}");
    for (int t = 1; t <= 4; t++) {
        const double s = bench_gradients[t - 1][4], b = 0.8 * pow(0.9, t - 1);

        mean = b * mean + (1 - b) * s;
        variance = 0.95 * variance + 0.05 * s * s;
        value -= 0.1 * sqrt(1 - pow(0.95, t)) / (1 - pow(b, t)) * mean / (sqrt(variance) + 0.001);
        bench_step(&bench, bench_gradients[t - 1], t % 2);
        assert_near(bench_value(&bench, 4), value);
    }
    bench_fini(&bench);
}
END_TEST

START_TEST(ada_delta_with_decay_1_steps_by_the_gradient)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"AdaDelta\", \"decay_rate\": 1}");
    bench_step(&bench, bench_gradients[0], false);
    for (size_t i = 0; i < 6; i++)
        assert_near(bench_last_step(&bench, i), bench_gradients[0][i]);
    bench_fini(&bench);
}
END_TEST

START_TEST(the_first_step_of_rms_prop_has_magnitude_1_by_root_of_1_minus_decay)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"RMSProp\", \"decay_rate\": 0.75}");
    bench_step(&bench, bench_gradients[0], false);
    for (size_t i = 0; i < 6; i++)
        assert_near(fabs(bench_last_step(&bench, i)), 2);
    bench_fini(&bench);
}
END_TEST

START_TEST(max_scaling_bounds_the_factor_of_small_gradients)
{
    const double tiny[6] = { 1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9 };
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"BasicRMSProp\", \"max_scaling\": 10}");
    bench_step(&bench, tiny, false);
    assert_near(bench_last_step(&bench, 0), 1e-8);
    bench_fini(&bench);
}
END_TEST

START_TEST(a_nan_in_step_clipping_spoils_every_parameter)
{
    const double gradients[6] = { NAN, 1, 1, 1, 1, 1 };
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"StepClipping\", \"threshold\": 5}");
    bench_step(&bench, gradients, true);
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_nan(bench_value(&bench, i));
    bench_fini(&bench);
}
END_TEST

START_TEST(the_norm_of_a_restricted_clipping_looks_at_its_members_alone)
{
    const double gradients[6] = { 100, 100, 100, 100, 3, 4 };
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.b\"],"
                       " \"step_rule\": {\"type\": \"StepClipping\", \"threshold\": 1}}");
    bench_step(&bench, gradients, false);
    assert_near(bench_last_step(&bench, 0), 100);
    assert_near(bench_last_step(&bench, 4), 0.6);
    assert_near(bench_last_step(&bench, 5), 0.8);
    bench_fini(&bench);
}
END_TEST

START_TEST(remove_not_finite_scales_the_parameter_instead)
{
    const double gradients[6] = { NAN, 1, 1, 1, 1, 1 };
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"RemoveNotFinite\", \"scaler\": 0.5}");
    bench_step(&bench, gradients, true);
    assert_near(bench_value(&bench, 1), -1);
    assert_near(bench_value(&bench, 4), -0.75);
    bench_fini(&bench);
}
END_TEST

START_TEST(rules_of_a_composite_work_on_each_others_result)
{
    struct bench composite, momentum;

    bench_init(&composite, DTYPE_FLOAT64);
    bench_init(&momentum, DTYPE_FLOAT64);
    bench_rule(&composite,
               "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"Scale\", \"learning_rate\":"
               " 0.1}, {\"type\": \"BasicMomentum\", \"momentum\": 0.9}]}");
    bench_rule(&momentum, "{\"type\": \"Momentum\", \"learning_rate\": 0.1, \"momentum\": 0.9}");
    for (int step = 0; step < 4; step++) {
        bench_step(&composite, bench_gradients[step], true);
        bench_step(&momentum, bench_gradients[step], true);
        for (size_t i = 0; i < 6; i++)
            ck_assert_double_eq(bench_value(&composite, i), bench_value(&momentum, i));
    }
    bench_fini(&composite);
    bench_fini(&momentum);
}
END_TEST

START_TEST(an_empty_composite_passes_gradients_through)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT32);
    bench_rule(&bench, "{\"type\": \"CompositeRule\", \"components\": []}");
    bench_step(&bench, bench_gradients[0], true);
    assert_near(bench_value(&bench, 0), 0.5);
    bench_fini(&bench);
}
END_TEST

START_TEST(parameters_that_are_not_in_the_layout_are_never_touched)
{
    double values[300], steps[300];
    struct step_parameter parameters[2] = { { "/a.b", { 1, { 3 } }, 8, 3 },
                                            { "/c.b", { 1, { 4 } }, 200, 4 } };
    struct step_layout layout = { DTYPE_FLOAT64, parameters, 2 };
    struct components components = { 0 };
    struct error err;
    struct step_rule *rule;

    for (int i = 0; i < 300; i++)
        values[i] = steps[i] = 1;
    rule = step_rule_new(component_of_text(&components, &step_rule_family, "{\"type\": \"Scale\"}"), &layout,
                         &err);
    step_rule_apply_and_update(rule, steps, values);
    for (int i = 0; i < 300; i++)
        ck_assert_double_eq(values[i], (i >= 8 && i < 11) || (i >= 200 && i < 204) ? 0 : 1);
    step_rule_free(rule);
    components_fini(&components);
}
END_TEST

/* ---- VariableClipping over axes, on a parameter larger than a block ---- */

enum { DIM_0 = 5, DIM_1 = 41, DIM_2 = 13, ELEMENTS = DIM_0 * DIM_1 * DIM_2 };

static const struct {
    const char *axis;
    bool summed[3];
} axis_cases[] = {
    { "null", { true, true, true } },      { "[0]", { true, false, false } },
    { "[1]", { false, true, false } },     { "2", { false, false, true } },
    { "[-1]", { false, false, true } },    { "[0, 1]", { true, true, false } },
    { "[2, 0]", { true, false, true } },   { "[1, 2]", { false, true, true } },
    { "[0, 1, 2]", { true, true, true } },
};

/* Whether elements a and b are summed into one norm. */
static bool same_group(const bool *summed, int a, int b)
{
    const int at_a[3] = { a / (DIM_1 * DIM_2), a / DIM_2 % DIM_1, a % DIM_2 };
    const int at_b[3] = { b / (DIM_1 * DIM_2), b / DIM_2 % DIM_1, b % DIM_2 };

    for (int axis = 0; axis < 3; axis++)
        if (!summed[axis] && at_a[axis] != at_b[axis])
            return false;
    return true;
}

static double norm_of_group(const bool *summed, const double *values, const double *steps, int element)
{
    double sum = 0;

    for (int other = 0; other < ELEMENTS; other++)
        if (same_group(summed, element, other))
            sum += pow(values[other] - steps[other], 2);
    return sqrt(sum);
}

START_TEST(variable_clipping_takes_norms_over_its_axes)
{
    static double values[ELEMENTS], steps[ELEMENTS], gradients[ELEMENTS];
    struct step_parameter parameter = { "/conv.W", { 3, { DIM_0, DIM_1, DIM_2 } }, 0, ELEMENTS };
    struct step_layout layout = { DTYPE_FLOAT64, &parameter, 1 };
    const bool *summed = axis_cases[_i].summed;
    struct components components = { 0 };
    const struct component *component;
    struct step_rule *rule;
    struct error err;
    double threshold = 0;
    char json[120];

    for (int i = 0; i < ELEMENTS; i++) {
        values[i] = sin(i * 0.7);
        steps[i] = gradients[i] = cos(i * 1.3) / (1 + i % 7);
    }
    for (int i = 0; i < ELEMENTS; i += ELEMENTS / 3) /* so that some groups are clipped and some are not */
        threshold += norm_of_group(summed, values, gradients, i) / 4;
    snprintf(json, sizeof json, "{\"type\": \"VariableClipping\", \"threshold\": %.17g, \"axis\": %s}",
             threshold, axis_cases[_i].axis);
    component = component_of_text(&components, &step_rule_family, json);
    rule = step_rule_new(component, &layout, &err);
    step_rule_apply(rule, steps, values);
    for (int i = 0; i < ELEMENTS; i += 97) {
        const double norm = norm_of_group(summed, values, gradients, i), z = values[i] - gradients[i];

        assert_near(steps[i], norm > threshold ? values[i] - threshold / norm * z : gradients[i]);
    }
    step_rule_free(rule);
    components_fini(&components);
}
END_TEST

/* ---- Every rule, over several blocks: the one-pass form is the two-phase form ---- */

static const char *const long_rules[] = {
    "{\"type\": \"Scale\", \"learning_rate\": 0.1}",
    "{\"type\": \"BasicMomentum\", \"momentum\": 0.5}",
    "{\"type\": \"Momentum\", \"learning_rate\": 0.1, \"momentum\": 0.5}",
    "{\"type\": \"NesterovMomentum\", \"learning_rate\": 0.1, \"momentum\": 0.5}",
    "{\"type\": \"AdaDelta\"}",
    "{\"type\": \"AdaGrad\"}",
    "{\"type\": \"RMSProp\", \"learning_rate\": 0.01}",
    "{\"type\": \"Adam\"}",
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"StepClipping\", \"threshold\": 1},"
    " {\"type\": \"Adam\"}, {\"type\": \"RemoveNotFinite\"}, {\"type\": \"VariableClipping\", \"threshold\": "
    "9}]}",
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"Restrict\", \"variables\": [\"/a.W\"], "
    "\"step_rule\":"
    " {\"type\": \"Adam\"}}, {\"type\": \"Restrict\", \"variables\": [\"/a.b\"], \"step_rule\": {\"type\":"
    " \"AdaDelta\"}}]}",
};

enum { LONG = 5000, LONG_W = 4001, LONG_B_AT = 4008, LONG_B = 300 };

static void run_long(const char *json, enum dtype dtype, bool at_once, char *values)
{
    struct step_parameter parameters[2] = { { "/a.W", { 1, { LONG_W } }, 0, LONG_W },
                                            { "/a.b", { 1, { LONG_B } }, LONG_B_AT, LONG_B } };
    struct step_layout layout = { dtype, parameters, 2 };
    struct tensor value = { dtype, { 1, { LONG } }, values };
    struct tensor step = { dtype, { 1, { LONG } }, calloc(LONG, sizeof(double)) };
    struct components components = { 0 };
    struct error err;
    struct step_rule *rule =
        step_rule_new(component_of_text(&components, &step_rule_family, json), &layout, &err);

    for (int i = 0; i < LONG; i++)
        tensor_write(&value, i, sin(i));
    for (int batch = 0; batch < 5; batch++) {
        for (int i = 0; i < LONG; i++)
            tensor_write(&step, i, cos(i * (1.0 + batch)) / (1 + i % 11));
        if (at_once) {
            step_rule_apply_and_update(rule, step.data, values);
        } else {
            step_rule_apply(rule, step.data, values);
            step_update(&layout, step.data, values);
        }
    }
    step_rule_free(rule);
    free(step.data);
    components_fini(&components);
}

START_TEST(one_pass_gives_the_bits_of_two_phases)
{
    static _Alignas(double) char once[LONG * sizeof(double)], twice[LONG * sizeof(double)];

    for (int k = 0; k < 2; k++) {
        const enum dtype dtype = k ? DTYPE_FLOAT32 : DTYPE_FLOAT64;

        run_long(long_rules[_i], dtype, true, once);
        run_long(long_rules[_i], dtype, false, twice);
        ck_assert_mem_eq(once, twice, LONG_W * dtype_bytes(dtype));
        ck_assert_mem_eq(once + LONG_B_AT * dtype_bytes(dtype), twice + LONG_B_AT * dtype_bytes(dtype),
                         LONG_B * dtype_bytes(dtype));
    }
}
END_TEST

START_TEST(the_norm_is_over_all_parameters_without_padding)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    for (size_t i = 0; i < BENCH_ELEMENTS; i++)
        bench.steps[i] = 1000;
    bench_rule(&bench, "{\"type\": \"CompositeRule\", \"components\": []}");
    bench_step(&bench, (const double[6]){ 1, 2, 2, 0, 4, 0 }, false);
    assert_near(step_norm(&bench.layout, bench.steps), 5);
    bench_fini(&bench);
}
END_TEST

Suite *formulas_suite(void)
{
    Suite *suite = suite_create("formulas");
    TCase *formulas = tcase_create("formulas");

    tcase_add_loop_test(formulas, nesterov_momentum_looks_ahead, 0, 2);
    tcase_add_test(formulas, adam_multiplies_beta1_by_the_decay_factor);
    tcase_add_test(formulas, ada_delta_with_decay_1_steps_by_the_gradient);
    tcase_add_test(formulas, the_first_step_of_rms_prop_has_magnitude_1_by_root_of_1_minus_decay);
    tcase_add_test(formulas, max_scaling_bounds_the_factor_of_small_gradients);
    tcase_add_test(formulas, a_nan_in_step_clipping_spoils_every_parameter);
    tcase_add_test(formulas, the_norm_of_a_restricted_clipping_looks_at_its_members_alone);
    tcase_add_test(formulas, remove_not_finite_scales_the_parameter_instead);
    tcase_add_test(formulas, rules_of_a_composite_work_on_each_others_result);
    tcase_add_test(formulas, an_empty_composite_passes_gradients_through);
    tcase_add_test(formulas, parameters_that_are_not_in_the_layout_are_never_touched);
    tcase_add_loop_test(formulas, variable_clipping_takes_norms_over_its_axes, 0, (int)COUNT(axis_cases));
    tcase_add_loop_test(formulas, one_pass_gives_the_bits_of_two_phases, 0, (int)COUNT(long_rules));
    tcase_add_test(formulas, the_norm_is_over_all_parameters_without_padding);
    suite_add_tcase(suite, formulas);
    return suite;
}
