/* tests/rules/bench.c -- see rules.h. */
#include "tests/rules/rules.h"

#include <string.h>

static const double start[6] = { 1, -2, 0.5, 3, 0.25, -0.75 };
const double bench_gradients[4][6] = {
    { 0.5, -1, 2, 0.25, 1, -0.5 },
    { -0.3, 0.8, 1.5, -0.6, 0, 0.7 },
    { 0, 0, 0, 0, 0.1, -0.1 },
    { 4, -3, 0.01, 2, -2, 5 },
};

static size_t place(size_t index)
{
    return index < 4 ? BENCH_W + index : BENCH_B + index - 4;
}

void bench_init(struct bench *bench, enum dtype dtype)
{
    memset(bench, 0, sizeof *bench);
    bench->parameters[0] = (struct step_parameter){ "/mlp/linear_0.W", { 2, { 2, 2 } }, BENCH_W, 4 };
    bench->parameters[1] = (struct step_parameter){ "/mlp/linear_0.b", { 1, { 2 } }, BENCH_B, 2 };
    bench->layout = (struct step_layout){ dtype, bench->parameters, 2 };
    for (size_t i = 0; i < 6; i++) {
        bench->values[place(i)] = start[i];
        bench->values_float32[place(i)] = (float)start[i];
    }
}

void bench_rule(struct bench *bench, const char *json)
{
    struct error_list errors = { 0 };
    struct error err;

    bench->component = component_of_text(&bench->components, &step_rule_family, json);
    ck_assert_msg(step_rule_check(bench->component, &bench->layout, &errors), "%s",
                  errors.count ? errors.items[0].message : "");
    bench->rule = step_rule_new(bench->component, &bench->layout, &err);
    ck_assert_ptr_nonnull(bench->rule);
}

void bench_step(struct bench *bench, const double *gradients, bool at_once)
{
    const bool is_float32 = bench->layout.dtype == DTYPE_FLOAT32;
    void *steps = is_float32 ? (void *)bench->steps_float32 : bench->steps;
    void *values = is_float32 ? (void *)bench->values_float32 : bench->values;

    for (size_t i = 0; i < 6; i++) {
        bench->steps[place(i)] = gradients[i];
        bench->steps_float32[place(i)] = (float)gradients[i];
    }
    if (at_once) {
        step_rule_apply_and_update(bench->rule, steps, values);
        return;
    }
    step_rule_apply(bench->rule, steps, values);
    step_update(&bench->layout, steps, values);
}

double bench_value(const struct bench *bench, size_t index)
{
    return bench->layout.dtype == DTYPE_FLOAT32 ? (double)bench->values_float32[place(index)]
                                                : bench->values[place(index)];
}

double bench_last_step(const struct bench *bench, size_t index)
{
    return bench->layout.dtype == DTYPE_FLOAT32 ? (double)bench->steps_float32[place(index)]
                                                : bench->steps[place(index)];
}

void bench_fini(struct bench *bench)
{
    step_rule_free(bench->rule);
    components_fini(&bench->components);
}
