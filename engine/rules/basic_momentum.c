/* engine/rules/basic_momentum.c -- v = momentum v + s; step v. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct basic_momentum {
    double momentum;
};

static const struct param params[] = {
    PARAM(basic_momentum, momentum, REAL, .preset = "0.0", .live = true,
          .about = "The share of the velocity that is kept from one step to the next."),
    PARAM_END
};

static void basic_momentum_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                 struct step_span span)
{
    const struct basic_momentum *settings = rule->settings;

    rule->kernels->momentum(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            1.0, settings->momentum);
}

static void basic_momentum_apply_and_update(struct step_rule *rule, const struct step_vectors *vectors,
                                            struct step_span span)
{
    const struct basic_momentum *settings = rule->settings;

    rule->kernels->momentum_update(span.end - span.begin, span_steps(rule, vectors, span),
                                   span_state(rule, 0, span), span_parameters(rule, vectors, span), 1.0,
                                   settings->momentum, vectors->squares);
}

const struct step_rule_type basic_momentum_type = {
    .component = { .name = "BasicMomentum",
                   .about = "Accumulates steps with exponential decay, without a learning rate of its own.",
                   .params = params,
                   .settings_size = sizeof(struct basic_momentum) },
    .states = { "velocity" },
    .apply = basic_momentum_apply,
    .apply_and_update = basic_momentum_apply_and_update,
};
