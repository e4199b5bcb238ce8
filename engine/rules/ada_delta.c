/* engine/rules/ada_delta.c -- g = d g + (1 - d) s^2; step = sqrt(x + e) / sqrt(g + e) s; x = d x + (1 - d)
 * step^2.
 *
 * Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012. */
#include "engine/rules/step_rules.h"

#include "engine/rules/step_rule_internal.h"

struct ada_delta {
    double decay_rate, epsilon;
};

static const struct param params[] = {
    PARAM(ada_delta, decay_rate, REAL, .preset = "0.95", .min = 0, .max = 1, .live = true,
          .about = "The share of both running means that is kept from one step to the next."),
    PARAM(ada_delta, epsilon, REAL, .preset = "1e-06", .live = true,
          .about = "Added under the square roots, so that the first steps are not zero."),
    PARAM_END
};

static void ada_delta_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct ada_delta *settings = rule->settings;

    rule->kernels->ada_delta(span.end - span.begin, span_steps(rule, vectors, span),
                             span_state(rule, 0, span), span_state(rule, 1, span), settings->decay_rate,
                             settings->epsilon);
}

const struct step_rule_type ada_delta_type = {
    .component = { .name = "AdaDelta",
                   .about = "Scales each element by the ratio of running means of past changes and past "
                            "gradients.",
                   .params = params,
                   .settings_size = sizeof(struct ada_delta) },
    .states = { "mean_square_step", "mean_square_delta_x" },
    .apply = ada_delta_apply,
};
