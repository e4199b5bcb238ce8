/* engine/rules/basic_rms_prop.c -- g = d g + (1 - d) s^2; step = s / max(sqrt(g), 1 / max_scaling). */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct basic_rms_prop {
    double decay_rate, max_scaling;
};

static const struct param params[] = {
    PARAM(basic_rms_prop, decay_rate, REAL, .preset = "0.9", .min = 0, .max = 1, .live = true,
          .about = "The share of the running mean of squares that is kept from one step to the next."),
    PARAM(basic_rms_prop, max_scaling, REAL, .preset = "100000.0", .positive = true,
          .about = "The largest factor by which a step can be multiplied."),
    PARAM_END
};

static void basic_rms_prop_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                 struct step_span span)
{
    const struct basic_rms_prop *settings = rule->settings;

    rule->kernels->rms_prop(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            settings->decay_rate, 1 / settings->max_scaling, 1.0);
}

const struct step_rule_type basic_rms_prop_type = {
    .component = { .name = "BasicRMSProp",
                   .about = "Divides each element by the root of a running mean of its squares.",
                   .params = params,
                   .settings_size = sizeof(struct basic_rms_prop) },
    .states = { "mean_square_step" },
    .apply = basic_rms_prop_apply,
};
