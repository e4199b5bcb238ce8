/* engine/rules/restrict.c -- an inner rule that acts on some parameters only; others pass unchanged. */
#include "engine/rules/step_rules.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/rules/step_rule_internal.h"

struct restrict_rule {
    struct component *step_rule;
    struct text_list variables;
};

static const struct param params[] = {
    PARAM(restrict_rule, step_rule, COMPONENT, .required = true, .family = &step_rule_family,
          .about = "The rule that acts on the named parameters; its norms look at them alone."),
    PARAM(restrict_rule, variables, TEXTS, .required = true,
          .about = "Paths of parameters, such as \"/mlp/linear_0.W\"."),
    PARAM_END
};

static const struct component *restrict_inner(const void *settings, size_t index)
{
    const struct restrict_rule *self = settings;

    return index == 0 ? self->step_rule : NULL;
}

static void restrict_members(const void *settings, const struct step_layout *layout, bool *members)
{
    const struct restrict_rule *self = settings;

    for (size_t i = 0; i < layout->parameter_count; i++) {
        bool named = false;

        for (size_t k = 0; k < self->variables.count && !named; k++)
            named = strcmp(self->variables.items[k], layout->parameters[i].path) == 0;
        members[i] = members[i] && named;
    }
}

static bool restrict_check(const struct component *rule, const struct step_layout *layout,
                           const bool *members, struct error_list *errors)
{
    const struct restrict_rule *self = rule->settings;
    bool valid = true;

    for (size_t k = 0; k < self->variables.count; k++) {
        const char *name = self->variables.items[k];
        char member[40];
        size_t i = 0;

        while (i < layout->parameter_count && !(members[i] && strcmp(layout->parameters[i].path, name) == 0))
            i++;
        if (i < layout->parameter_count)
            continue;
        snprintf(member, sizeof member, "variables/%zu", k);
        valid = REPORT_AT(errors, ERROR_UNKNOWN_NAME, rule, member, "no trained parameter is called \"%s\"",
                          name);
        step_rule_hint_parameters(layout, members, errors);
    }
    return valid;
}

const struct step_rule_type restrict_type = {
    .component = { .name = "Restrict",
                   .about = "Applies a rule to some parameters only.",
                   .params = params,
                   .settings_size = sizeof(struct restrict_rule) },
    .inner = restrict_inner,
    .inner_name = "step_rule",
    .restrict_members = restrict_members,
    .check = restrict_check,
};
