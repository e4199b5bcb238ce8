/* engine/rules/momentum.c -- Scale, then BasicMomentum: v = momentum v + learning_rate s; step v. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct momentum {
    double learning_rate, momentum;
};

static const struct param params[] = {
    PARAM(momentum, learning_rate, REAL, .preset = "1.0", .live = true,
          .about = "The factor by which the gradient is multiplied before it enters the velocity."),
    PARAM(momentum, momentum, REAL, .preset = "0.0", .live = true,
          .about = "The share of the velocity that is kept from one step to the next."),
    PARAM_END
};

static void momentum_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct momentum *settings = rule->settings;

    rule->kernels->momentum(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            settings->learning_rate, settings->momentum);
}

static void momentum_apply_and_update(struct step_rule *rule, const struct step_vectors *vectors,
                                      struct step_span span)
{
    const struct momentum *settings = rule->settings;

    rule->kernels->momentum_update(span.end - span.begin, span_steps(rule, vectors, span),
                                   span_state(rule, 0, span), span_parameters(rule, vectors, span),
                                   settings->learning_rate, settings->momentum, vectors->squares);
}

const struct step_rule_type momentum_type = {
    .component = { .name = "Momentum",
                   .about = "Accumulates scaled gradients with exponential decay.",
                   .params = params,
                   .settings_size = sizeof(struct momentum) },
    .states = { "velocity" },
    .apply = momentum_apply,
    .apply_and_update = momentum_apply_and_update,
};
