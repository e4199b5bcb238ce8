/* engine/rules/composite_rule.c -- rules one after the other, each on the result of the previous one. */
#include "engine/rules/step_rules.h"

struct composite_rule {
    struct component_list components;
};

static const struct param params[] = { PARAM(composite_rule, components, COMPONENTS, .required = true,
                                             .family = &step_rule_family,
                                             .about = "The rules in the order of their application."),
                                       PARAM_END };

static const struct component *composite_rule_inner(const void *settings, size_t index)
{
    const struct composite_rule *self = settings;

    return index < self->components.count ? self->components.items[index] : NULL;
}

const struct step_rule_type composite_rule_type = {
    .component = { .name = "CompositeRule",
                   .about = "Chains step rules.",
                   .params = params,
                   .settings_size = sizeof(struct composite_rule) },
    .inner = composite_rule_inner,
    .inner_name = "components",
    .inner_list = true,
};
