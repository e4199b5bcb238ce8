/* tests/rules/test_cases.c -- every case of step_rules.json, computed by Blocks itself. */
#include "tests/rules/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/support/read_json.h"

enum { CASES = 16, PARAMETERS_MAX = 4, ELEMENTS_MAX = 64 };

static double number_of(const cJSON *json)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, "$float"));

    return text ? strtod(text, NULL) : json->valuedouble;
}

/* Appends the numbers of nested lists. */
static size_t numbers_of(const cJSON *json, double *out, size_t count)
{
    const cJSON *item;

    if (!cJSON_IsArray(json)) {
        ck_assert_uint_lt(count, ELEMENTS_MAX);
        out[count] = number_of(json);
        return count + 1;
    }
    cJSON_ArrayForEach(item, json) count = numbers_of(item, out, count);
    return count;
}

static struct shape shape_of_lists(const cJSON *json)
{
    struct shape shape = { 0 };

    for (; cJSON_IsArray(json); json = json->child)
        shape.dims[shape.rank++] = cJSON_GetArraySize(json);
    return shape;
}

/* {"type": T, "args": {...}} as {"type": T, ...}, inner rules included. */
static cJSON *flatten(const cJSON *rule)
{
    cJSON *flat = cJSON_CreateObject();
    const cJSON *member, *item;

    cJSON_ArrayForEach(member, rule)
    {
        if (strcmp(member->string, "args") == 0) {
            cJSON_ArrayForEach(item, member)
                cJSON_AddItemToObject(flat, item->string, cJSON_Duplicate(item, true));
        } else if (strcmp(member->string, "components") == 0) {
            cJSON *list = cJSON_AddArrayToObject(flat, member->string);

            cJSON_ArrayForEach(item, member) cJSON_AddItemToArray(list, flatten(item));
        } else if (strcmp(member->string, "step_rule") == 0) {
            cJSON_AddItemToObject(flat, member->string, flatten(member));
        } else {
            cJSON_AddItemToObject(flat, member->string, cJSON_Duplicate(member, true));
        }
    }
    return flat;
}

struct job {
    struct components components;
    struct step_parameter parameters[PARAMETERS_MAX];
    struct step_layout layout;
    struct step_rule *rule;
    double values[ELEMENTS_MAX], steps[ELEMENTS_MAX];
    float values_float32[ELEMENTS_MAX], steps_float32[ELEMENTS_MAX];
};

static void job_init(struct job *job, const cJSON *test, const cJSON *rule, enum dtype dtype)
{
    const struct component *component;
    struct error_list errors = { 0 };
    struct error err;
    const cJSON *member;
    size_t count = 0, i = 0;

    memset(job, 0, sizeof *job);
    cJSON_ArrayForEach(member, cJSON_GetObjectItem(test, "start"))
    {
        const size_t end = numbers_of(member, job->values, count);

        ck_assert_uint_lt(i, PARAMETERS_MAX);
        job->parameters[i++] = (struct step_parameter){ member->string, shape_of_lists(member),
                                                        (int64_t)count, (int64_t)(end - count) };
        count = end;
    }
    for (size_t k = 0; k < count; k++)
        job->values_float32[k] = (float)job->values[k];
    job->layout = (struct step_layout){ dtype, job->parameters, i };
    component = component_of_json(&job->components, &step_rule_family, rule);
    ck_assert(step_rule_check(component, &job->layout, &errors));
    job->rule = step_rule_new(component, &job->layout, &err);
    ck_assert_ptr_nonnull(job->rule);
}

static void job_step(struct job *job, const cJSON *gradients, bool at_once)
{
    const bool is_float32 = job->layout.dtype == DTYPE_FLOAT32;
    void *steps = is_float32 ? (void *)job->steps_float32 : job->steps;
    void *values = is_float32 ? (void *)job->values_float32 : job->values;

    for (size_t i = 0; i < job->layout.parameter_count; i++) {
        const struct step_parameter *parameter = &job->parameters[i];

        numbers_of(cJSON_GetObjectItem(gradients, parameter->path), job->steps, (size_t)parameter->offset);
    }
    for (size_t k = 0; k < ELEMENTS_MAX; k++)
        job->steps_float32[k] = (float)job->steps[k];
    if (at_once) {
        step_rule_apply_and_update(job->rule, steps, values);
        return;
    }
    step_rule_apply(job->rule, steps, values);
    step_update(&job->layout, steps, values);
}

static void compare(const struct job *job, const cJSON *expected, const char *name, int step)
{
    const bool is_float32 = job->layout.dtype == DTYPE_FLOAT32;
    const double relative = is_float32 ? 2e-5 : 1e-9, absolute = is_float32 ? 2e-5 : 1e-12;
    double wanted[ELEMENTS_MAX];

    for (size_t i = 0; i < job->layout.parameter_count; i++) {
        const struct step_parameter *parameter = &job->parameters[i];
        const size_t end =
            numbers_of(cJSON_GetObjectItem(expected, parameter->path), wanted, (size_t)parameter->offset);

        for (size_t k = (size_t)parameter->offset; k < end; k++) {
            const double got = is_float32 ? (double)job->values_float32[k] : job->values[k];

            ck_assert_msg(isnan(wanted[k]) ? isnan(got)
                                           : wanted[k] == got || fabs(got - wanted[k]) <=
                                                                     absolute + relative * fabs(wanted[k]),
                          "%s, step %d, %s: %.17g instead of %.17g", name, step, parameter->path, got,
                          wanted[k]);
        }
    }
}

static void replay(const cJSON *test, enum dtype dtype, bool at_once)
{
    const cJSON *expected = cJSON_GetObjectItem(cJSON_GetObjectItem(test, "expected"), "after_each_step");
    const cJSON *gradients;
    cJSON *rule = flatten(cJSON_GetObjectItem(test, "step_rule"));
    struct job job;
    int step = 0;

    job_init(&job, test, rule, dtype);
    cJSON_ArrayForEach(gradients, cJSON_GetObjectItem(test, "gradients"))
    {
        job_step(&job, gradients, at_once);
        compare(&job, cJSON_GetArrayItem(expected, step), cJSON_GetObjectItem(test, "name")->valuestring,
                step);
        step++;
    }
    ck_assert_int_gt(step, 0);
    step_rule_free(job.rule);
    components_fini(&job.components);
    cJSON_Delete(rule);
}

START_TEST(a_case_of_blocks_gives_the_same_parameters)
{
    cJSON *file = read_json("tests/rules/step_rules.json");
    const cJSON *cases = cJSON_GetObjectItem(file, "cases");

    ck_assert_int_eq(cJSON_GetArraySize(cases), CASES);
    for (int phases = 0; phases < 2; phases++) {
        replay(cJSON_GetArrayItem(cases, _i), DTYPE_FLOAT64, phases == 0);
        replay(cJSON_GetArrayItem(cases, _i), DTYPE_FLOAT32, phases == 0);
    }
    cJSON_Delete(file);
}
END_TEST

static bool uses_rule(const cJSON *json, const char *type)
{
    const cJSON *member;
    bool used = json->string && strcmp(json->string, "type") == 0 && cJSON_IsString(json) &&
                strcmp(json->valuestring, type) == 0;

    for (member = json->child; member && !used; member = member->next)
        used = uses_rule(member, type);
    return used;
}

/* Rules that have no recorded numbers: their formulas are in test_formulas.c, in both dtypes. */
static const char *const not_in_blocks[] = { "NesterovMomentum" /* from blocks-extras */ };

static bool is_in_blocks(const char *type)
{
    for (size_t i = 0; i < COUNT(not_in_blocks); i++)
        if (strcmp(type, not_in_blocks[i]) == 0)
            return false;
    return true;
}

START_TEST(every_rule_has_a_case)
{
    cJSON *file = read_json("tests/rules/step_rules.json");

    for (size_t i = 0; step_rule_family.types[i]; i++) {
        const char *type = step_rule_family.types[i]->name;

        ck_assert_msg(uses_rule(cJSON_GetObjectItem(file, "cases"), type) || !is_in_blocks(type),
                      "%s has no case", type);
    }
    cJSON_Delete(file);
}
END_TEST

Suite *cases_suite(void)
{
    Suite *suite = suite_create("cases");
    TCase *cases = tcase_create("cases");

    tcase_add_loop_test(cases, a_case_of_blocks_gives_the_same_parameters, 0, CASES);
    tcase_add_test(cases, every_rule_has_a_case);
    suite_add_tcase(suite, cases);
    return suite;
}
