/* engine/extensions/triggers.c -- see triggers.h. */
#include "engine/extensions/triggers.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"

const struct trigger_type trigger_types[TRIGGER_COUNT] = {
    [TRIGGER_BEFORE_TRAINING] = { "before_training", BEFORE_TRAINING, PREDICATE_ALWAYS, false, false },
    [TRIGGER_BEFORE_FIRST_EPOCH] = { "before_first_epoch", BEFORE_EPOCH, PREDICATE_FIRST_EPOCH, false,
                                     false },
    [TRIGGER_BEFORE_EPOCH] = { "before_epoch", BEFORE_EPOCH, PREDICATE_ALWAYS, false, false },
    [TRIGGER_BEFORE_BATCH] = { "before_batch", BEFORE_BATCH, PREDICATE_ALWAYS, false, false },
    [TRIGGER_AFTER_BATCH] = { "after_batch", AFTER_BATCH, PREDICATE_ALWAYS, false, false },
    [TRIGGER_AFTER_EPOCH] = { "after_epoch", AFTER_EPOCH, PREDICATE_ALWAYS, false, false },
    [TRIGGER_AFTER_TRAINING] = { "after_training", AFTER_TRAINING, PREDICATE_ALWAYS, false, false },
    [TRIGGER_ON_RESUMPTION] = { "on_resumption", ON_RESUMPTION, PREDICATE_ALWAYS, false, false },
    [TRIGGER_ON_INTERRUPT] = { "on_interrupt", ON_INTERRUPT, PREDICATE_ALWAYS, false, false },
    [TRIGGER_ON_ERROR] = { "on_error", ON_ERROR, PREDICATE_ALWAYS, false, false },
    [TRIGGER_EVERY_N_BATCHES] = { "every_n_batches", AFTER_BATCH, PREDICATE_EVERY, true, false },
    [TRIGGER_AFTER_N_BATCHES] = { "after_n_batches", AFTER_BATCH, PREDICATE_EQUAL, true, false },
    [TRIGGER_EVERY_N_EPOCHS] = { "every_n_epochs", AFTER_EPOCH, PREDICATE_EVERY, true, true },
    [TRIGGER_AFTER_N_EPOCHS] = { "after_n_epochs", AFTER_EPOCH, PREDICATE_EQUAL, true, true },
};

static const double number_max = 9007199254740992.0;

const struct trigger_type *trigger_find(const char *name)
{
    for (size_t i = 0; i < TRIGGER_COUNT; i++)
        if (strcmp(trigger_types[i].name, name) == 0)
            return &trigger_types[i];
    return NULL;
}

static void add(struct condition_list *list, const struct trigger_type *type, int64_t number)
{
    condition_list_add(list, (struct condition){ .callback = type->callback,
                                                 .predicate = { .kind = type->predicate,
                                                                .epochs = type->epochs,
                                                                .whole = true,
                                                                .integer = number } });
}

static bool is_off(const cJSON *value)
{
    return cJSON_IsNull(value) || cJSON_IsFalse(value) || (cJSON_IsNumber(value) && value->valuedouble == 0);
}

static bool number_is_possible(const cJSON *value)
{
    return value->valuedouble >= 1 && value->valuedouble <= number_max &&
           value->valuedouble == floor(value->valuedouble);
}

static bool report_boolean(const struct component *component, const cJSON *value, struct error_list *errors)
{
    REPORT_AT(errors, ERROR_WRONG_TYPE, component, value->string, "must be true or false");
    return error_list_hint(errors, "\"%s\" has no number: it acts every time, or not at all.", value->string);
}

static bool report_number(const struct component *component, const cJSON *value, struct error_list *errors)
{
    if (cJSON_IsNumber(value))
        REPORT_AT(errors, ERROR_OUT_OF_RANGE, component, value->string, "%g is not a whole number from 1 on",
                  value->valuedouble);
    else
        REPORT_AT(errors, ERROR_WRONG_TYPE, component, value->string, "must be a whole number from 1 on");
    return error_list_hint(errors, "0, false and null switch the trigger off.");
}

static bool read_one(const struct component *component, const struct trigger_type *type, const cJSON *value,
                     struct condition_list *out, struct error_list *errors)
{
    if (is_off(value))
        return true;
    if (type->numeric && (!cJSON_IsNumber(value) || !number_is_possible(value)))
        return report_number(component, value, errors);
    if (!type->numeric && !cJSON_IsTrue(value))
        return report_boolean(component, value, errors);
    add(out, type, type->numeric ? (int64_t)value->valuedouble : 1);
    return true;
}

bool triggers_read(const struct component *component, const struct trigger_setting *defaults,
                   struct condition_list *out, struct error_list *errors)
{
    bool valid = true;
    const cJSON *member;

    cJSON_ArrayForEach(member, component->json)
    {
        const struct trigger_type *type = trigger_find(member->string);

        if (type)
            valid &= read_one(component, type, member, out, errors);
    }
    for (; defaults && defaults->trigger != TRIGGER_COUNT; defaults++) {
        const struct trigger_type *type = &trigger_types[defaults->trigger];

        if (!cJSON_GetObjectItemCaseSensitive(component->json, type->name))
            add(out, type, defaults->number);
    }
    return valid;
}
