/* engine/rules/ada_grad.c -- q = q + s^2; step = learning_rate s / (sqrt(q) + epsilon).
 *
 * Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning", 2011. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct ada_grad {
    double learning_rate, epsilon;
};

static const struct param params[] = { PARAM(ada_grad, learning_rate, REAL, .preset = "0.002", .live = true,
                                             .about = "The size of a step while gradients do not change."),
                                       PARAM(ada_grad, epsilon, REAL, .preset = "1e-06", .live = true,
                                             .about = "Added to the root of the sum of squares."),
                                       PARAM_END };

static void ada_grad_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct ada_grad *settings = rule->settings;

    rule->kernels->ada_grad(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                            settings->learning_rate, settings->epsilon);
}

const struct step_rule_type ada_grad_type = {
    .component = { .name = "AdaGrad",
                   .about = "Divides each element by the root of the sum of all its past squares.",
                   .params = params,
                   .settings_size = sizeof(struct ada_grad) },
    .states = { "sum_square_step" },
    .apply = ada_grad_apply,
};
