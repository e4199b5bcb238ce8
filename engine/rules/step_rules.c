/* engine/rules/step_rules.c -- the list of all step rules. */
#include "engine/rules/step_rules.h"

static const struct component_type *const types[] = {
    &ada_delta_type.component,      &ada_grad_type.component,          &adam_type.component,
    &basic_momentum_type.component, &basic_rms_prop_type.component,    &composite_rule_type.component,
    &momentum_type.component,       &nesterov_momentum_type.component, &remove_not_finite_type.component,
    &restrict_type.component,       &rms_prop_type.component,          &scale_type.component,
    &step_clipping_type.component,  &variable_clipping_type.component, NULL,
};

const struct family step_rule_family = {
    .name = "step rule",
    .plural = "step_rules",
    .types = types,
};
