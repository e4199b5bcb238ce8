/* tests/rules/test_settings.c -- rules that cannot work are refused, with the place. */
#include "tests/rules/rules.h"

#include <string.h>

static const struct {
    const char *json, *pointer, *message;
} wrong[] = {
    { "{\"type\": \"VariableClipping\", \"threshold\": 1, \"axis\": [0, 0]}", "/axis/1",
      "axis 0 is named twice" },
    { "{\"type\": \"VariableClipping\", \"threshold\": 1, \"axis\": [1]}", "/axis/0",
      "/mlp/linear_0.b of shape (2,) has no axis 1" },
    { "{\"type\": \"VariableClipping\", \"threshold\": 1, \"axis\": [-2]}", "/axis/0",
      "/mlp/linear_0.b of shape (2,) has no axis -2" },
    { "{\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.b\", \"/mlp/linear_1.W\"], \"step_rule\": "
      "{\"type\":"
      " \"Scale\"}}",
      "/variables/1", "no trained parameter is called \"/mlp/linear_1.W\"" },
    { "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"Scale\"}, {\"type\": \"Restrict\", "
      "\"variables\":"
      " [\"/mlp/linear_0.W\"], \"step_rule\": {\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.b\"],"
      " \"step_rule\": {\"type\": \"Scale\"}}}]}",
      "/components/1/step_rule/variables/0", "no trained parameter is called \"/mlp/linear_0.b\"" },
};

START_TEST(what_cannot_work_is_refused)
{
    struct error_list errors = { 0 };
    const struct component *component;
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    component = component_of_text(&bench.components, &step_rule_family, wrong[_i].json);
    ck_assert(!step_rule_check(component, &bench.layout, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    ck_assert_str_eq(errors.items[0].message, wrong[_i].message);
    error_list_fini(&errors);
    bench_fini(&bench);
}
END_TEST

START_TEST(an_axis_of_the_members_alone_is_enough)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench,
               "{\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.W\"], \"step_rule\": {\"type\":"
               " \"VariableClipping\", \"threshold\": 1, \"axis\": [1]}}");
    bench_fini(&bench);
}
END_TEST

/* What the binder checks with these tables alone. */
START_TEST(tables_bound_decays_and_scalings)
{
    for (size_t i = 0; step_rule_family.types[i]; i++) {
        const struct param *params = step_rule_family.types[i]->params;
        const struct param *decay = param_find(params, "decay_rate"),
                           *scaling = param_find(params, "max_scaling");

        ck_assert(!decay || (decay->min == 0 && decay->max == 1));
        ck_assert(!scaling || scaling->positive);
    }
}
END_TEST

START_TEST(every_argument_is_described)
{
    for (size_t i = 0; step_rule_family.types[i]; i++) {
        const struct component_type *type = step_rule_family.types[i];

        ck_assert_ptr_eq(family_find(&step_rule_family, type->name), type);
        ck_assert(type->about && strlen(type->about) > 10);
        for (size_t k = 0; k < param_count(type->params); k++)
            ck_assert(type->params[k].about && strlen(type->params[k].about) > 10);
    }
}
END_TEST

START_TEST(state_bytes_count_members_only)
{
    struct bench bench;
    const struct component *all, *some;

    bench_init(&bench, DTYPE_FLOAT32);
    all = component_of_text(&bench.components, &step_rule_family, "{\"type\": \"Adam\"}");
    some = component_of_text(&bench.components, &step_rule_family,
                             "{\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.b\"], \"step_rule\":"
                             " {\"type\": \"Adam\"}}");
    ck_assert_int_eq(step_rule_state_bytes(all, &bench.layout), 2 * 18 * 4);
    ck_assert_int_eq(step_rule_state_bytes(some, &bench.layout), 2 * 2 * 4);
    bench_fini(&bench);
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *settings = tcase_create("settings");

    tcase_add_loop_test(settings, what_cannot_work_is_refused, 0, (int)COUNT(wrong));
    tcase_add_test(settings, an_axis_of_the_members_alone_is_enough);
    tcase_add_test(settings, tables_bound_decays_and_scalings);
    tcase_add_test(settings, every_argument_is_described);
    tcase_add_test(settings, state_bytes_count_members_only);
    suite_add_tcase(suite, settings);
    return suite;
}
