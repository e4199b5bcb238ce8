/* engine/rules/rms_prop.c -- BasicRMSProp, then Scale. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct rms_prop {
    double learning_rate, decay_rate, max_scaling;
};

static const struct param params[] = {
    PARAM(rms_prop, learning_rate, REAL, .preset = "1.0", .live = true,
          .about = "The factor by which the normalised gradient is multiplied."),
    PARAM(rms_prop, decay_rate, REAL, .preset = "0.9", .min = 0, .max = 1, .live = true,
          .about = "The share of the running mean of squares that is kept from one step to the next."),
    PARAM(rms_prop, max_scaling, REAL, .preset = "100000.0", .positive = true,
          .about = "The largest factor by which a step can be multiplied before the learning rate."),
    PARAM_END
};

static void rms_prop_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct rms_prop *settings = rule->settings;

    rule->kernels->rms_prop(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            settings->decay_rate, 1 / settings->max_scaling, settings->learning_rate);
}

const struct step_rule_type rms_prop_type = {
    .component = { .name = "RMSProp",
                   .about = "Divides each element by the root of a running mean of its squares, then scales.",
                   .params = params,
                   .settings_size = sizeof(struct rms_prop) },
    .states = { "mean_square_step" },
    .apply = rms_prop_apply,
};
