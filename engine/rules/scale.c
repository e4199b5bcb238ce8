/* engine/rules/scale.c -- step = learning_rate s. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct scale {
    double learning_rate;
};

static const struct param params[] = { PARAM(scale, learning_rate, REAL, .preset = "1.0", .live = true,
                                             .about = "The factor by which the gradient is multiplied."),
                                       PARAM_END };

static void scale_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct scale *scale = rule->settings;

    rule->kernels->scale(span.end - span.begin, span_steps(rule, vectors, span), scale->learning_rate);
}

static void scale_apply_and_update(struct step_rule *rule, const struct step_vectors *vectors,
                                   struct step_span span)
{
    const struct scale *scale = rule->settings;

    rule->kernels->scale_update(span.end - span.begin, span_steps(rule, vectors, span),
                                span_parameters(rule, vectors, span), scale->learning_rate, vectors->squares);
}

const struct step_rule_type scale_type = {
    .component = { .name = "Scale",
                   .about = "Multiplies the gradient by a learning rate: plain gradient descent.",
                   .params = params,
                   .settings_size = sizeof(struct scale) },
    .apply = scale_apply,
    .apply_and_update = scale_apply_and_update,
};
