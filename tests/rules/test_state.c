/* tests/rules/test_state.c -- live hyper-parameters, and continuation from saved state. */
#include "tests/rules/rules.h"

#include <string.h>

static const char chain[] =
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"StepClipping\", \"threshold\": 1},"
    " {\"type\": \"Restrict\", \"variables\": [\"/mlp/linear_0.W\"], \"step_rule\": {\"type\": \"Momentum\","
    " \"momentum\": 0.9}}, {\"type\": \"StepClipping\"}, {\"type\": \"Adam\", \"decay_factor\": 0.99}]}";

static const struct {
    const char *path;
    bool live;
} paths[] = {
    { "components[0].threshold", true },
    { "components[1].step_rule.momentum", true },
    { "components[3].beta1", true },
    { "components[3].decay_factor", true },
    { "components[2].threshold", false }, /* absent: nothing is clipped, now and ever */
    { "components[1].variables", false },
    { "components[1].step_rule", false },
    { "components[4].learning_rate", false },
    { "components[-1].threshold", false },
    { "components[].threshold", false },
    { "components[99999999999999999999].threshold", false },
    { "components.threshold", false },
    { "components", false },
    { "learning_rate", false },
    { "", false },
};

START_TEST(live_hyper_parameters_are_found_by_path)
{
    struct bench bench;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, chain);
    ck_assert_int_eq(step_rule_has_live(bench.component, paths[_i].path), paths[_i].live);
    ck_assert_int_eq(step_rule_live(bench.rule, paths[_i].path) != NULL, paths[_i].live);
    bench_fini(&bench);
}
END_TEST

START_TEST(a_changed_rate_acts_on_the_next_step_and_not_on_the_document)
{
    struct bench bench;
    double *rate;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, "{\"type\": \"Scale\", \"learning_rate\": 0.5}");
    rate = step_rule_live(bench.rule, "learning_rate");
    ck_assert_double_eq(*rate, 0.5);
    *rate = 0.25;
    bench_step(&bench, (const double[6]){ 4, 0, 0, 0, 0, 0 }, true);
    ck_assert_double_eq(bench_value(&bench, 0), 0);
    ck_assert_double_eq(*(const double *)bench.component->settings, 0.5);
    bench_fini(&bench);
}
END_TEST

struct saved {
    struct arena arena;
    struct {
        char *name;
        struct tensor tensor;
    } items[64];
    size_t count;
};

static bool save(void *context, const char *name, const struct tensor *tensor, struct error *err)
{
    struct saved *saved = context;

    (void)err;
    ck_assert_uint_lt(saved->count, COUNT(saved->items));
    for (size_t i = 0; i < saved->count; i++)
        ck_assert_str_ne(saved->items[i].name, name);
    saved->items[saved->count].name = arena_text(&saved->arena, name);
    saved->items[saved->count].tensor = *tensor;
    saved->items[saved->count].tensor.data = arena_alloc(&saved->arena, tensor_bytes(tensor));
    memcpy(saved->items[saved->count++].tensor.data, tensor->data, tensor_bytes(tensor));
    return true;
}

static bool load(void *context, const char *name, const struct tensor *tensor, struct error *err)
{
    struct saved *saved = context;

    for (size_t i = 0; i < saved->count; i++)
        if (strcmp(saved->items[i].name, name) == 0) {
            ck_assert(shape_equal(&saved->items[i].tensor.shape, &tensor->shape));
            memcpy(tensor->data, saved->items[i].tensor.data, tensor_bytes(tensor));
            return true;
        }
    return RAISE(err, ERROR_NOT_FOUND, NULL, "%s was not saved", name);
}

static const char *const resumed[] = {
    chain,
    "{\"type\": \"BasicMomentum\", \"momentum\": 0.5}",
    "{\"type\": \"NesterovMomentum\", \"momentum\": 0.5}",
    "{\"type\": \"AdaDelta\"}",
    "{\"type\": \"AdaGrad\"}",
    "{\"type\": \"RMSProp\"}",
    "{\"type\": \"Adam\"}",
};

START_TEST(a_restored_rule_continues_with_the_same_bits)
{
    struct bench straight, restored;
    struct saved saved = { 0 };
    struct error err;

    bench_init(&straight, _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64);
    bench_init(&restored, _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64);
    bench_rule(&straight, resumed[_i / 2]);
    bench_rule(&restored, resumed[_i / 2]);
    for (int step = 0; step < 2; step++)
        bench_step(&straight, bench_gradients[step], true);
    ck_assert(step_rule_each_state(straight.rule, save, &saved, &err));
    ck_assert(step_rule_each_state(restored.rule, load, &saved, &err));
    memcpy(restored.values, straight.values, sizeof straight.values);
    memcpy(restored.values_float32, straight.values_float32, sizeof straight.values_float32);
    for (int step = 2; step < 4; step++) {
        bench_step(&straight, bench_gradients[step], true);
        bench_step(&restored, bench_gradients[step], true);
    }
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq(bench_value(&straight, i), bench_value(&restored, i));
    bench_fini(&straight);
    bench_fini(&restored);
    arena_fini(&saved.arena);
}
END_TEST

START_TEST(state_is_named_by_rule_and_parameter)
{
    static const char *const names[] = {
        "components[0].threshold",
        "components[1].step_rule.learning_rate",
        "components[1].step_rule.momentum",
        "components[1].step_rule.velocity|mlp|linear_0.W",
        "components[3].learning_rate",
        "components[3].beta1",
        "components[3].beta2",
        "components[3].epsilon",
        "components[3].decay_factor",
        "components[3].time",
        "components[3].mean|mlp|linear_0.W",
        "components[3].mean|mlp|linear_0.b",
        "components[3].variance|mlp|linear_0.W",
        "components[3].variance|mlp|linear_0.b",
    };
    struct saved saved = { 0 };
    struct bench bench;
    struct error err;

    bench_init(&bench, DTYPE_FLOAT64);
    bench_rule(&bench, chain);
    ck_assert(step_rule_each_state(bench.rule, save, &saved, &err));
    ck_assert_uint_eq(saved.count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_str_eq(saved.items[i].name, names[i]);
    bench_fini(&bench);
    arena_fini(&saved.arena);
}
END_TEST

Suite *state_suite(void)
{
    Suite *suite = suite_create("state");
    TCase *state = tcase_create("state");

    tcase_add_loop_test(state, live_hyper_parameters_are_found_by_path, 0, (int)COUNT(paths));
    tcase_add_test(state, a_changed_rate_acts_on_the_next_step_and_not_on_the_document);
    tcase_add_loop_test(state, a_restored_rule_continues_with_the_same_bits, 0, 2 * (int)COUNT(resumed));
    tcase_add_test(state, state_is_named_by_rule_and_parameter);
    suite_add_tcase(suite, state);
    return suite;
}
