/* engine/rules/step_rule.c -- the life of a step rule: checked, made, freed. */
#include "engine/rules/step_rule.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/rules/step_rule_internal.h"

enum { CACHE_LINE_BYTES = 64 }; /* parameters begin on cache lines */

static bool *members_all(const struct step_layout *layout)
{
    bool *members = memory_new(layout->parameter_count + 1, sizeof *members);

    for (size_t i = 0; i < layout->parameter_count; i++)
        members[i] = true;
    return members;
}

/* The members for the rules inside `rule`; the caller frees. */
static bool *members_inside(const struct component *rule, const struct step_layout *layout,
                            const bool *members)
{
    const struct step_rule_type *type = step_rule_type_of(rule);
    bool *inside = memory_new(layout->parameter_count + 1, sizeof *inside);

    memcpy(inside, members, layout->parameter_count * sizeof *inside);
    if (type->restrict_members)
        type->restrict_members(rule->settings, layout, inside);
    return inside;
}

void step_rule_hint_parameters(const struct step_layout *layout, const bool *members,
                               struct error_list *errors)
{
    struct text names = { 0 };

    for (size_t i = 0; i < layout->parameter_count; i++)
        if (members[i])
            text_format(&names, "%s%s", names.length ? ", " : "", layout->parameters[i].path);
    if (names.length)
        error_list_hint(errors, "It can act on %s.", text_bytes(&names));
    text_fini(&names);
}

static bool check_members(const struct component *rule, const struct step_layout *layout, const bool *members,
                          struct error_list *errors)
{
    const struct step_rule_type *type = step_rule_type_of(rule);
    const struct component *inner;
    bool valid = !type->check || type->check(rule, layout, members, errors);
    bool *inside;

    if (!type->inner)
        return valid;
    inside = members_inside(rule, layout, members);
    for (size_t i = 0; (inner = type->inner(rule->settings, i)); i++)
        valid = check_members(inner, layout, inside, errors) && valid;
    free(inside);
    return valid;
}

bool step_rule_check(const struct component *rule, const struct step_layout *layout,
                     struct error_list *errors)
{
    bool *members = members_all(layout);
    bool valid = check_members(rule, layout, members, errors);

    free(members);
    return valid;
}

/* From the beginning of the first member to the end of the last. */
static void state_range(const struct step_layout *layout, const bool *members, int64_t *out_begin,
                        int64_t *out_end)
{
    *out_begin = *out_end = 0;
    for (size_t i = layout->parameter_count; i-- > 0;)
        if (members[i])
            *out_begin = layout->parameters[i].offset;
    for (size_t i = 0; i < layout->parameter_count; i++)
        if (members[i])
            *out_end = layout->parameters[i].offset + layout->parameters[i].count;
}

static int64_t state_bytes_of(const struct component *rule, const struct step_layout *layout,
                              const bool *members)
{
    const struct step_rule_type *type = step_rule_type_of(rule);
    const struct component *inner;
    int64_t bytes = type->work_bytes ? type->work_bytes(rule->settings, layout) : 0, begin, end;
    bool *inside;

    state_range(layout, members, &begin, &end);
    for (size_t i = 0; type->states[i]; i++)
        bytes += (end - begin) * (int64_t)dtype_bytes(layout->dtype);
    if (!type->inner)
        return bytes;
    inside = members_inside(rule, layout, members);
    for (size_t i = 0; (inner = type->inner(rule->settings, i)); i++)
        bytes += state_bytes_of(inner, layout, inside);
    free(inside);
    return bytes;
}

int64_t step_rule_state_bytes(const struct component *rule, const struct step_layout *layout)
{
    bool *members = members_all(layout);
    int64_t bytes = state_bytes_of(rule, layout, members);

    free(members);
    return bytes;
}

static bool allocate(int64_t bytes, void **out, struct error *err)
{
    *out = memory_try_aligned(bytes > 0 ? (size_t)bytes : 1);
    if (!*out)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for %lld bytes of a step rule's state",
                     (long long)bytes);
    return true;
}

static bool allocate_states(struct step_rule *rule, struct error *err)
{
    const struct step_rule_type *type = rule->type;
    const int64_t bytes = (rule->state_end - rule->state_begin) * (int64_t)dtype_bytes(rule->layout->dtype);

    for (size_t i = 0; type->states[i]; i++)
        if (!allocate(bytes, &rule->states[i], err))
            return false;
    return !type->work_bytes || allocate(type->work_bytes(rule->settings, rule->layout), &rule->work, err);
}

static size_t inner_count_of(const struct component *rule)
{
    const struct step_rule_type *type = step_rule_type_of(rule);
    size_t count = 0;

    while (type->inner && type->inner(rule->settings, count))
        count++;
    return count;
}

/* Takes `members`. */
static struct step_rule *make(const struct component *component, const struct step_layout *layout,
                              bool *members, struct error *err)
{
    const struct step_rule_type *type = step_rule_type_of(component);
    struct step_rule *rule = memory_new(1, sizeof *rule);

    *rule = (struct step_rule){ .type = type,
                                .component = component,
                                .layout = layout,
                                .kernels = step_kernels_of(layout->dtype),
                                .members = members,
                                .inner_count = inner_count_of(component) };
    rule->settings = memory_new(1, type->component.settings_size + 1);
    if (component->settings)
        memcpy(rule->settings, component->settings, type->component.settings_size);
    rule->inner = memory_new(rule->inner_count + 1, sizeof *rule->inner);
    for (size_t i = 0; i < layout->parameter_count; i++)
        rule->restricted = rule->restricted || !members[i];
    state_range(layout, members, &rule->state_begin, &rule->state_end);
    if (!allocate_states(rule, err))
        goto failed;
    for (size_t i = 0; i < rule->inner_count; i++) {
        rule->inner[i] = make(type->inner(component->settings, i), layout,
                              members_inside(component, layout, members), err);
        if (!rule->inner[i])
            goto failed;
    }
    return rule;
failed:
    step_rule_free(rule);
    return NULL;
}

static size_t collect_leaves(struct step_rule *rule, struct step_rule **leaves, size_t count)
{
    if (!rule->type->inner) {
        if (leaves)
            leaves[count] = rule;
        return count + 1;
    }
    for (size_t i = 0; i < rule->inner_count; i++)
        count = collect_leaves(rule->inner[i], leaves, count);
    return count;
}

/* Neighbours are one span, the padding between them included, unless some leaf tells parameters apart. */
static void plan_spans(struct step_rule *root)
{
    const struct step_layout *layout = root->layout;
    const int64_t padding_max = CACHE_LINE_BYTES / (int64_t)dtype_bytes(layout->dtype);
    struct step_span *last = NULL;
    bool apart = false;

    for (size_t i = 0; i < root->leaf_count; i++)
        apart = apart || root->leaves[i]->type->per_parameter || root->leaves[i]->restricted;
    root->spans = memory_new(layout->parameter_count + 1, sizeof *root->spans);
    for (size_t i = 0; i < layout->parameter_count; i++) {
        const struct step_parameter *parameter = &layout->parameters[i];

        if (!last || apart || parameter->offset - last->end >= padding_max) {
            last = &root->spans[root->span_count++];
            *last = (struct step_span){ .parameter = i, .begin = parameter->offset };
        }
        last->end = parameter->offset + parameter->count;
    }
}

struct step_rule *step_rule_new(const struct component *rule, const struct step_layout *layout,
                                struct error *err)
{
    struct step_rule *root = make(rule, layout, members_all(layout), err);

    if (!root)
        return NULL;
    root->leaf_count = collect_leaves(root, NULL, 0);
    root->leaves = memory_new(root->leaf_count + 1, sizeof(struct step_rule *));
    collect_leaves(root, root->leaves, 0);
    plan_spans(root);
    return root;
}

void step_rule_free(struct step_rule *rule)
{
    if (!rule)
        return;
    for (size_t i = 0; i < rule->inner_count; i++)
        step_rule_free(rule->inner[i]);
    for (size_t i = 0; i < STEP_RULE_STATES_MAX; i++)
        free(rule->states[i]);
    free(rule->work);
    free(rule->inner);
    free(rule->settings);
    free(rule->members);
    free(rule->leaves);
    free(rule->spans);
    free(rule);
}
