/* engine/rules/step_rule_state.c -- live hyper-parameters, and the state that a checkpoint holds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/rules/step_rule_internal.h"

enum { NAME_BYTES = 512 };

/* A live hyper-parameter is one that was there from the start: an absent one stays absent. */
static bool is_live(const struct component *rule, const struct param *param)
{
    double start;

    if (!param->live)
        return false;
    memcpy(&start, (const char *)rule->settings + param->offset, sizeof start);
    return !isnan(start) || param->preset || param->required;
}

/* Takes the step to a rule inside off the path: "components[1].momentum" gives index 1 and "momentum". */
static bool descend(const struct step_rule_type *type, const char **path, size_t *out_index)
{
    const size_t length = type->inner_name ? strlen(type->inner_name) : 0;
    const char *rest = *path + length;
    char *end;

    if (!length || strncmp(*path, type->inner_name, length) != 0)
        return false;
    *out_index = 0;
    if (type->inner_list) {
        if (*rest != '[' || rest[1] < '0' || rest[1] > '9')
            return false;
        *out_index = strtoul(rest + 1, &end, 10);
        if (*end != ']')
            return false;
        rest = end + 1;
    }
    if (*rest != '.')
        return false;
    *path = rest + 1;
    return true;
}

double *step_rule_live(struct step_rule *rule, const char *path)
{
    const struct param *param = param_find(rule->type->component.params, path);
    size_t index;

    if (param)
        return is_live(rule->component, param) ? (double *)(void *)((char *)rule->settings + param->offset)
                                               : NULL;
    if (!descend(rule->type, &path, &index) || index >= rule->inner_count)
        return NULL;
    return step_rule_live(rule->inner[index], path);
}

bool step_rule_has_live(const struct component *rule, const char *path)
{
    const struct step_rule_type *type = step_rule_type_of(rule);
    const struct param *param = param_find(type->component.params, path);
    const struct component *inner = NULL;
    size_t index;

    if (param)
        return is_live(rule, param);
    if (!descend(type, &path, &index))
        return false;
    for (size_t i = 0; i <= index; i++)
        if (!(inner = type->inner(rule->settings, i)))
            return false;
    return step_rule_has_live(inner, path);
}

struct visit {
    step_state_fn *each;
    void *context;
    struct error *err;
    char prefix[NAME_BYTES]; /* "components[1]." */
};

static bool visit_number(const struct visit *visit, const char *name, void *number)
{
    const struct tensor tensor = { .dtype = DTYPE_FLOAT64, .data = number };
    char whole[NAME_BYTES + 64];

    snprintf(whole, sizeof whole, "%s%s", visit->prefix, name);
    return visit->each(visit->context, whole, &tensor, visit->err);
}

/* "velocity|mlp|linear_0.W": the path with bars, as in the parameters of a checkpoint. */
static bool visit_state(const struct visit *visit, const struct step_rule *rule, int state, size_t index)
{
    const struct step_parameter *parameter = &rule->layout->parameters[index];
    const struct step_span span = { index, parameter->offset, parameter->offset + parameter->count };
    const struct tensor tensor = { rule->layout->dtype, parameter->shape, span_state(rule, state, span) };
    char whole[2 * NAME_BYTES];

    snprintf(whole, sizeof whole, "%s%s%s%s", visit->prefix, rule->type->states[state],
             parameter->path[0] == '/' ? "" : "|", parameter->path);
    for (char *c = whole + strlen(visit->prefix); *c; c++)
        if (*c == '/')
            *c = '|';
    return visit->each(visit->context, whole, &tensor, visit->err);
}

static bool visit_rule(const struct visit *visit, struct step_rule *rule)
{
    const struct step_rule_type *type = rule->type;

    for (const struct param *param = type->component.params; param && param->kind != PARAM_NONE; param++)
        if (is_live(rule->component, param) &&
            !visit_number(visit, param->name, (char *)rule->settings + param->offset))
            return false;
    for (const struct step_scalar *scalar = type->scalars; scalar && scalar->name; scalar++)
        if (!visit_number(visit, scalar->name, (char *)rule->settings + scalar->offset))
            return false;
    for (int state = 0; type->states[state]; state++)
        for (size_t i = 0; i < rule->layout->parameter_count; i++)
            if (rule->members[i] && !visit_state(visit, rule, state, i))
                return false;
    for (size_t i = 0; i < rule->inner_count; i++) {
        struct visit inside = *visit;
        int length =
            type->inner_list
                ? snprintf(inside.prefix, NAME_BYTES, "%s%s[%zu].", visit->prefix, type->inner_name, i)
                : snprintf(inside.prefix, NAME_BYTES, "%s%s.", visit->prefix, type->inner_name);

        if (length >= NAME_BYTES)
            return RAISE(visit->err, ERROR_LIMIT, NULL, "step rules are nested too deeply to be saved");
        if (!visit_rule(&inside, rule->inner[i]))
            return false;
    }
    return true;
}

bool step_rule_each_state(struct step_rule *rule, step_state_fn *each, void *context, struct error *err)
{
    const struct visit visit = { .each = each, .context = context, .err = err };

    return visit_rule(&visit, rule);
}
