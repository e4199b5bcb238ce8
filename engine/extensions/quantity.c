/* engine/extensions/quantity.c -- see quantity.h. */
#include "engine/extensions/quantity.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/script/table.h"
#include "engine/training/value_json.h"

const char *const quantity_functions[] = {
    [QUANTITY_INITIALIZE] = "initialize",
    [QUANTITY_AGGREGATE] = "aggregate",
    [QUANTITY_VALUE] = "get_aggregated_value",
};

struct quantity {
    struct script_table *self;
    struct script_function *functions[QUANTITY_STEPS];
};

static bool compile(struct quantity *quantity, enum quantity_step step, const struct quantity_source *source,
                    const struct extension_context *context, struct error_list *errors)
{
    const int arguments = step == QUANTITY_AGGREGATE ? 1 + (int)source->required_count : 1;
    const struct component *component = source->component;
    const struct script_signature *signature;
    char place[128], pointer[sizeof((struct error *)0)->pointer];
    struct error err;

    snprintf(place, sizeof place, "%.80s/%s", source->member, quantity_functions[step]);
    snprintf(pointer, sizeof pointer, "%.120s/%s", component->pointer ? component->pointer : "", place);
    quantity->functions[step] = script_function_new(context->script, source->functions[step], pointer, &err);
    if (!quantity->functions[step])
        return error_list_add(errors, &err);
    signature = script_function_signature(quantity->functions[step]);
    if (signature->parameters <= arguments)
        return true;
    return REPORT_AT(errors, ERROR_INVALID_VALUE, component, place,
                     "a function of %d parameters is called with %d", signature->parameters, arguments);
}

struct quantity *quantity_new(const struct quantity_source *source, const struct extension_context *context,
                              struct error_list *errors)
{
    struct quantity *quantity = memory_new(1, sizeof *quantity);
    struct error err;
    bool valid = true;

    assert(source->required_count <= QUANTITY_REQUIRED_MAX);
    quantity->self = script_table_new(context->script, "self", &err);
    if (!quantity->self)
        valid = error_list_add(errors, &err);
    for (int step = 0; step < QUANTITY_STEPS; step++)
        valid &= compile(quantity, (enum quantity_step)step, source, context, errors);
    if (valid)
        return quantity;
    quantity_free(quantity);
    return NULL;
}

void quantity_free(struct quantity *quantity)
{
    if (!quantity)
        return;
    for (int i = 0; i < QUANTITY_STEPS; i++)
        script_function_free(quantity->functions[i]);
    script_table_free(quantity->self);
    free(quantity);
}

bool quantity_initialize(struct quantity *quantity, struct error *err)
{
    return script_function_call(quantity->functions[QUANTITY_INITIALIZE],
                                &SCRIPT_TABLE_ARGUMENT(quantity->self), 1, NULL, 0, err);
}

bool quantity_aggregate(struct quantity *quantity, const struct value *required, size_t count,
                        struct error *err)
{
    struct script_argument arguments[1 + QUANTITY_REQUIRED_MAX];

    arguments[0] = SCRIPT_TABLE_ARGUMENT(quantity->self);
    for (size_t i = 0; i < count; i++)
        arguments[1 + i] = SCRIPT_VALUE_ARGUMENT(&required[i]);
    return script_function_call(quantity->functions[QUANTITY_AGGREGATE], arguments, 1 + count, NULL, 0, err);
}

bool quantity_value(struct quantity *quantity, struct value *out, struct error *err)
{
    return script_function_call(quantity->functions[QUANTITY_VALUE], &SCRIPT_TABLE_ARGUMENT(quantity->self),
                                1, out, 1, err);
}

bool quantity_save(const struct quantity *quantity, struct text *out_json, struct error *err)
{
    struct value value;

    if (!script_table_save(quantity->self, &value, err))
        return false;
    value_save(&value, out_json);
    value_fini(&value);
    return true;
}

bool quantity_load(struct quantity *quantity, const struct cJSON *saved, struct error *err)
{
    struct value value;
    bool loaded;

    if (!value_load(saved, &value, err))
        return false;
    loaded = script_table_load(quantity->self, &value, err);
    value_fini(&value);
    return loaded;
}
