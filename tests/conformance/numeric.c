/* tests/conformance/numeric.c -- see numeric.h. */
#include "tests/conformance/numeric.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/training/aggregator.h"
#include "tests/conformance/job.h"

const struct comparison numeric_tolerance = { .tolerant = true };

void numeric_case(const cJSON *json, struct verdict *verdict)
{
    static const struct {
        const char *kind;
        void (*run)(const cJSON *json, struct verdict *verdict);
    } kinds[] = {
        { "scheme", scheme_case },
        { "initialisation", initialisation_case },
        { "cost", cost_case },
        { "mlp_initialisation", mlp_initialisation_case },
        { "activation", activation_case },
        { "training", training_case },
        { "step_rule", step_rule_case },
    };
    const char *kind = job_at(json, "kind", "");

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0) {
            kinds[i].run(json, verdict);
            return;
        }
    }
    verdict_fail(verdict, "the kind \"%.60s\" is not understood", kind);
}

static cJSON *flatten_value(const cJSON *value)
{
    cJSON *array;
    const cJSON *item;

    if (cJSON_IsObject(value) && cJSON_GetObjectItemCaseSensitive(value, "type"))
        return numeric_flatten(value);
    if (!cJSON_IsArray(value))
        return cJSON_Duplicate(value, true);
    array = cJSON_CreateArray();
    cJSON_ArrayForEach(item, value)
    {
        cJSON_AddItemToArray(array, flatten_value(item));
    }
    return array;
}

cJSON *numeric_flatten(const cJSON *component)
{
    cJSON *flat = cJSON_CreateObject();
    const cJSON *member, *inside;

    if (cJSON_IsString(component)) {
        cJSON_AddStringToObject(flat, "type", component->valuestring);
        return flat;
    }
    cJSON_ArrayForEach(member, component)
    {
        if (strcmp(member->string, "args") != 0) {
            cJSON_AddItemToObject(flat, member->string, flatten_value(member));
            continue;
        }
        cJSON_ArrayForEach(inside, member)
        {
            cJSON_AddItemToObject(flat, inside->string, flatten_value(inside));
        }
    }
    return flat;
}

void bound_init(struct bound *bound, const struct family *family, const cJSON *json)
{
    struct binder binder = { .document = &bound->document, .errors = &bound->errors };

    *bound = (struct bound){ .text = cJSON_PrintUnformatted(json) };
    if (!json_document_read(&bound->document, bound->text, strlen(bound->text), &json_limits_definition,
                            &bound->errors) ||
        !bind_component(&binder, bound->document.root, NULL, family, &bound->component) ||
        bound->errors.count)
        bound->component = NULL;
}

void bound_fini(struct bound *bound)
{
    json_document_fini(&bound->document);
    error_list_fini(&bound->errors);
    free(bound->text);
}

const char *bound_error(const struct bound *bound)
{
    return bound->errors.count ? bound->errors.items[0].message : "no error";
}

static int64_t put_numbers(const cJSON *json, const struct tensor *out, int64_t next, bool *floats)
{
    const cJSON *item;
    double number;

    if (json_number(json, &number)) {
        *floats |= cJSON_IsObject(json) || json_is_float(json);
        if (out->data)
            tensor_write(out, next, number);
        return next + 1;
    }
    cJSON_ArrayForEach(item, json)
    {
        next = put_numbers(item, out, next, floats);
    }
    return next;
}

bool numeric_tensor(const cJSON *json, struct tensor *out)
{
    struct shape shape = { 0 };
    bool floats = false;

    for (const cJSON *list = json; cJSON_IsArray(list) && shape.rank < TENSOR_RANK_MAX; list = list->child)
        shape.dims[shape.rank++] = cJSON_GetArraySize(list);
    *out = (struct tensor){ DTYPE_FLOAT64, shape, NULL };
    if (!shape.rank || put_numbers(json, out, 0, &floats) != shape_elements(&shape))
        return false;
    if (shape.rank == 1 && !floats)
        out->dtype = DTYPE_INT64;
    out->data = memory_new((size_t)shape_elements(&shape) + 1, sizeof(double));
    put_numbers(json, out, 0, &floats);
    return true;
}

cJSON *numeric_lists(const struct tensor *tensor)
{
    struct value value = tensor_value(tensor);
    cJSON *json = json_of_value(&value);

    value_fini(&value);
    return json;
}

cJSON *numeric_parameters(const struct variables *variables)
{
    cJSON *values = cJSON_CreateObject();

    for (size_t i = 0; i < variables_count(variables); i++)
        if (variables_at(variables, i)->role == VARIABLE_PARAMETER)
            cJSON_AddItemToObject(values, variables_at(variables, i)->name,
                                  numeric_lists(&variables_at(variables, i)->value));
    return values;
}

bool numeric_must_fail(const cJSON *json, bool failed, struct verdict *verdict)
{
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected");

    if (!cJSON_GetObjectItemCaseSensitive(expected, "error") &&
        !cJSON_GetObjectItemCaseSensitive(expected, "construction_error"))
        return false;
    if (!failed)
        verdict_fail(verdict, "was not refused");
    return true;
}
