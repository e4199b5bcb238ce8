/* tests/conformance/numeric_step_rule.c -- one step rule, scripted gradients, parameters after each step. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/rules/step_rule.h"
#include "tests/conformance/members.h"
#include "tests/conformance/numeric.h"

enum { PARAMETERS_MAX = 16, ELEMENTS_MAX = 4096 };

struct flat {
    struct step_parameter parameters[PARAMETERS_MAX];
    struct step_layout layout;
    double values[ELEMENTS_MAX], steps[ELEMENTS_MAX];
};

static void put(struct flat *flat, const cJSON *named, double *out)
{
    for (size_t i = 0; i < flat->layout.parameter_count; i++) {
        struct tensor tensor = { 0 };

        numeric_tensor(cJSON_GetObjectItemCaseSensitive(named, flat->parameters[i].path), &tensor);
        for (int64_t j = 0; j < flat->parameters[i].count && tensor.data; j++)
            out[flat->parameters[i].offset + j] = tensor_read(&tensor, j);
        free(tensor.data);
    }
}

static bool lay_out(struct flat *flat, const cJSON *start)
{
    const cJSON *member;
    int64_t next = 0;

    cJSON_ArrayForEach(member, start)
    {
        struct step_parameter *parameter = &flat->parameters[flat->layout.parameter_count++];
        struct tensor tensor = { 0 };

        if (!numeric_tensor(member, &tensor))
            return false;
        *parameter = (struct step_parameter){ member->string, tensor.shape, next, tensor_elements(&tensor) };
        next += (parameter->count + 7) / 8 * 8;
        free(tensor.data);
    }
    flat->layout.dtype = DTYPE_FLOAT64;
    flat->layout.parameters = flat->parameters;
    put(flat, start, flat->values);
    return next <= ELEMENTS_MAX;
}

static cJSON *parameters_now(struct flat *flat)
{
    cJSON *named = cJSON_CreateObject();

    for (size_t i = 0; i < flat->layout.parameter_count; i++) {
        const struct step_parameter *parameter = &flat->parameters[i];
        const struct tensor tensor = { DTYPE_FLOAT64, parameter->shape, flat->values + parameter->offset };

        cJSON_AddItemToObject(named, parameter->path, numeric_lists(&tensor));
    }
    return named;
}

static void play(struct flat *flat, struct step_rule *rule, const cJSON *json, struct verdict *verdict)
{
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected"), *gradients;
    const cJSON *after = cJSON_GetObjectItemCaseSensitive(expected, "after_each_step");
    int step = 0;

    cJSON_ArrayForEach(gradients, cJSON_GetObjectItemCaseSensitive(json, "gradients"))
    {
        char place[32];
        cJSON *now;

        put(flat, gradients, flat->steps);
        step_rule_apply_and_update(rule, flat->steps, flat->values);
        now = parameters_now(flat);
        snprintf(place, sizeof place, "step %d", step);
        json_matches(cJSON_GetArrayItem(after, step++), now, &numeric_tolerance, place, verdict);
        cJSON_Delete(now);
    }
    if (step == 0)
        verdict_fail(verdict, "it has no steps");
}

void step_rule_case(const cJSON *json, struct verdict *verdict)
{
    static spellings of_case = { "step_rule", "start", "gradients", NULL };
    struct flat *flat = calloc(1, sizeof *flat);
    cJSON *rule_json = numeric_flatten(cJSON_GetObjectItemCaseSensitive(json, "step_rule"));
    struct step_rule *rule = NULL;
    struct bound bound;
    struct error err;

    bound_init(&bound, &step_rule_family, rule_json);
    members_note_unread(json, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                        "the case", verdict);
    if (!lay_out(flat, cJSON_GetObjectItemCaseSensitive(json, "start")))
        verdict_fail(verdict, "its parameters are not understood");
    else if (bound.component && step_rule_check(bound.component, &flat->layout, &bound.errors))
        rule = step_rule_new(bound.component, &flat->layout, &err);
    if (verdict->outcome == CASE_OK && !numeric_must_fail(json, !rule, verdict)) {
        if (rule)
            play(flat, rule, json, verdict);
        else
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    }
    step_rule_free(rule);
    bound_fini(&bound);
    cJSON_Delete(rule_json);
    free(flat);
}
