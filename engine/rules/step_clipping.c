/* engine/rules/step_clipping.c -- with n the L2 norm of all steps together: n < threshold ? s : s threshold /
 * n. */
#include "engine/rules/step_rules.h"

#include <math.h>

#include "engine/rules/step_rule_internal.h"

struct step_clipping {
    double threshold;  /* NaN: absent, steps pass unchanged */
    double multiplier; /* of this batch */
};

static const struct param params[] = {
    PARAM(step_clipping, threshold, REAL, .nullable = true, .live = true,
          .about = "The largest L2 norm of all steps together; without it nothing is clipped."),
    PARAM_END
};

static bool is_off(const struct step_rule *rule)
{
    const struct step_clipping *given = rule->component->settings;

    return isnan(given->threshold);
}

static void step_clipping_reduce(struct step_rule *rule, const struct step_vectors *vectors)
{
    struct step_clipping *clipping = rule->settings;
    double norm;

    if (is_off(rule))
        return;
    norm = step_norm_of_members(rule->layout, rule->members, vectors->steps);
    clipping->multiplier = norm < clipping->threshold ? 1 : clipping->threshold / norm;
}

static void step_clipping_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                struct step_span span)
{
    const struct step_clipping *clipping = rule->settings;

    if (!is_off(rule) && clipping->multiplier != 1) /* a NaN goes through */
        rule->kernels->scale(span.end - span.begin, span_steps(rule, vectors, span), clipping->multiplier);
}

const struct step_rule_type step_clipping_type = {
    .component = { .name = "StepClipping",
                   .about = "Shrinks all steps together when their common L2 norm passes a threshold.",
                   .params = params,
                   .settings_size = sizeof(struct step_clipping) },
    .reduce = step_clipping_reduce,
    .apply = step_clipping_apply,
};
