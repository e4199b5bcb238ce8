/* engine/rules/adam.c -- with b = beta1 decay^(t - 1):  m = b m + (1 - b) s;  w = beta2 w + (1 - beta2) s^2;
 * step = learning_rate sqrt(1 - beta2^t) / (1 - b^t) m / (sqrt(w) + epsilon).
 *
 * Kingma, Ba, "Adam: A Method for Stochastic Optimization", first version, 2014. */
#include "engine/rules/step_rules.h"

#include <math.h>

#include "engine/rules/step_rule_internal.h"

struct adam {
    double learning_rate, beta1, beta2, epsilon, decay_factor;
    double time;       /* steps done */
    double keep, rate; /* of this batch: b and the corrected learning rate */
};

static const struct param params[] = {
    PARAM(adam, learning_rate, REAL, .preset = "0.002", .live = true, .about = "About the size of a step."),
    PARAM(adam, beta1, REAL, .preset = "0.9", .live = true,
          .about = "The share of the running mean of gradients that is kept from one step to the next."),
    PARAM(adam, beta2, REAL, .preset = "0.999", .live = true,
          .about = "The share of the running mean of squares that is kept from one step to the next."),
    PARAM(adam, epsilon, REAL, .preset = "1e-08", .live = true,
          .about = "Added to the root of the mean of squares."),
    PARAM(adam, decay_factor, REAL, .preset = "1.0", .live = true,
          .about = "By how much beta1 is multiplied after each step."),
    PARAM_END
};

static const struct step_scalar scalars[] = { { "time", offsetof(struct adam, time) }, { NULL, 0 } };

static void adam_begin(struct step_rule *rule)
{
    struct adam *adam = rule->settings;

    adam->time += 1;
    adam->keep = adam->beta1 * pow(adam->decay_factor, adam->time - 1);
    adam->rate =
        adam->learning_rate * sqrt(1 - pow(adam->beta2, adam->time)) / (1 - pow(adam->keep, adam->time));
}

static void adam_cancel(struct step_rule *rule)
{
    struct adam *adam = rule->settings;

    adam->time -= 1;
}

static void adam_apply(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span)
{
    const struct adam *adam = rule->settings;

    rule->kernels->adam(span.end - span.begin, span_steps(rule, vectors, span), span_state(rule, 0, span),
                        span_state(rule, 1, span), adam->keep, adam->beta2, adam->rate, adam->epsilon);
}

static void adam_apply_and_update(struct step_rule *rule, const struct step_vectors *vectors,
                                  struct step_span span)
{
    const struct adam *adam = rule->settings;

    rule->kernels->adam_update(span.end - span.begin, span_steps(rule, vectors, span),
                               span_state(rule, 0, span), span_state(rule, 1, span),
                               span_parameters(rule, vectors, span), adam->keep, adam->beta2, adam->rate,
                               adam->epsilon, vectors->squares);
}

const struct step_rule_type adam_type = {
    .component = { .name = "Adam",
                   .about = "Scales running means of gradients by running means of their squares.",
                   .params = params,
                   .settings_size = sizeof(struct adam) },
    .states = { "mean", "variance" },
    .scalars = scalars,
    .begin = adam_begin,
    .cancel = adam_cancel,
    .apply = adam_apply,
    .apply_and_update = adam_apply_and_update,
};
