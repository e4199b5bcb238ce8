/* engine/rules/step_rules.h -- every step rule; the list is in step_rules.c. */
#ifndef ENGINE_RULES_STEP_RULES_H
#define ENGINE_RULES_STEP_RULES_H

#include "engine/rules/step_rule.h"

extern const struct step_rule_type ada_delta_type;
extern const struct step_rule_type ada_grad_type;
extern const struct step_rule_type adam_type;
extern const struct step_rule_type basic_momentum_type;
extern const struct step_rule_type basic_rms_prop_type;
extern const struct step_rule_type composite_rule_type;
extern const struct step_rule_type momentum_type;
extern const struct step_rule_type nesterov_momentum_type;
extern const struct step_rule_type remove_not_finite_type;
extern const struct step_rule_type restrict_type;
extern const struct step_rule_type rms_prop_type;
extern const struct step_rule_type scale_type;
extern const struct step_rule_type step_clipping_type;
extern const struct step_rule_type variable_clipping_type;

#endif
