/* engine/rules/remove_not_finite.c -- where the sum of a parameter's steps is not finite: step = (1 - scaler)
 * p. */
#include "engine/rules/step_rules.h"

#include <math.h>

#include "engine/rules/step_rule_internal.h"

struct remove_not_finite {
    double scaler;
};

static const struct param params[] = {
    PARAM(remove_not_finite, scaler, REAL, .preset = "1.0",
          .about =
              "By how much a parameter is multiplied when its step is not finite; 1 leaves it untouched."),
    PARAM_END
};

static int64_t remove_not_finite_work_bytes(const void *settings, const struct step_layout *layout)
{
    (void)settings;
    return (int64_t)(layout->parameter_count * sizeof(bool));
}

static void remove_not_finite_reduce(struct step_rule *rule, const struct step_vectors *vectors)
{
    const struct step_layout *layout = rule->layout;
    bool *removed = rule->work;

    for (size_t i = 0; i < layout->parameter_count; i++) {
        const struct step_parameter *parameter = &layout->parameters[i];
        double sum;

        if (!rule->members[i])
            continue;
        sum = rule->kernels->sum(parameter->count, step_at(layout, vectors->steps, parameter->offset));
        /* The sum has the dtype of the job: beyond its range it is infinite. */
        removed[i] = layout->dtype == DTYPE_FLOAT32 ? !isfinite((float)sum) : !isfinite(sum);
    }
}

static void remove_not_finite_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                    struct step_span span)
{
    const struct remove_not_finite *settings = rule->settings;
    const bool *removed = rule->work;

    if (removed[span.parameter])
        rule->kernels->replace(span.end - span.begin, span_steps(rule, vectors, span),
                               span_parameters(rule, vectors, span), 1 - settings->scaler);
}

const struct step_rule_type remove_not_finite_type = {
    .component = { .name = "RemoveNotFinite",
                   .about = "Replaces the step of a parameter when its sum is NaN or infinite.",
                   .params = params,
                   .settings_size = sizeof(struct remove_not_finite) },
    .per_parameter = true,
    .work_bytes = remove_not_finite_work_bytes,
    .reduce = remove_not_finite_reduce,
    .apply = remove_not_finite_apply,
};
