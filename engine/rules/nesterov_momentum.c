/* engine/rules/nesterov_momentum.c -- with g = learning_rate s: step = m^2 v + (1 + m) g; v = m v + g. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct nesterov_momentum {
    double learning_rate, momentum;
};

static const struct param params[] = {
    PARAM(nesterov_momentum, learning_rate, REAL, .preset = "1.0", .live = true,
          .about = "The factor by which the gradient is multiplied before it enters the velocity."),
    PARAM(nesterov_momentum, momentum, REAL, .preset = "0.0", .live = true,
          .about = "The share of the velocity that is kept from one step to the next."),
    PARAM_END
};

static void nesterov_momentum_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                    struct step_span span)
{
    const struct nesterov_momentum *settings = rule->settings;

    rule->kernels->nesterov(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            settings->learning_rate, settings->momentum);
}

const struct step_rule_type nesterov_momentum_type = {
    .component = { .name = "NesterovMomentum",
                   .about =
                       "Momentum that looks ahead: the step already contains the next decay of the velocity.",
                   .params = params,
                   .settings_size = sizeof(struct nesterov_momentum) },
    .states = { "velocity" },
    .apply = nesterov_momentum_apply,
};
