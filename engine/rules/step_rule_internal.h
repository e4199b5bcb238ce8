/* engine/rules/step_rule_internal.h -- small helpers shared by the step rules. */
#ifndef ENGINE_RULES_STEP_RULE_INTERNAL_H
#define ENGINE_RULES_STEP_RULE_INTERNAL_H

#include "engine/rules/step_kernels.h"
#include "engine/rules/step_rule.h"

static inline const struct step_rule_type *step_rule_type_of(const struct component *rule)
{
    return (const struct step_rule_type *)(const void *)rule->type; /* `component` is its first member */
}

/* Where element `index` of a flat vector lies. */
static inline void *step_at(const struct step_layout *layout, void *vector, int64_t index)
{
    return (char *)vector + (size_t)index * dtype_bytes(layout->dtype);
}

static inline const void *step_at_const(const struct step_layout *layout, const void *vector, int64_t index)
{
    return (const char *)vector + (size_t)index * dtype_bytes(layout->dtype);
}

/* The three most used places of a span. */
static inline void *span_steps(const struct step_rule *rule, const struct step_vectors *vectors,
                               struct step_span span)
{
    return step_at(rule->layout, vectors->steps, span.begin - vectors->steps_begin);
}

static inline void *span_parameters(const struct step_rule *rule, const struct step_vectors *vectors,
                                    struct step_span span)
{
    return step_at(rule->layout, vectors->parameters, span.begin);
}

static inline void *span_state(const struct step_rule *rule, int state, struct step_span span)
{
    return step_at(rule->layout, rule->states[state], span.begin - rule->state_begin);
}

/* L2 norm over the parameters of `members` together. */
double step_norm_of_members(const struct step_layout *layout, const bool *members, const void *steps);

/* Hints at the names of the parameters that may be named. */
void step_rule_hint_parameters(const struct step_layout *layout, const bool *members,
                               struct error_list *errors);

#endif
