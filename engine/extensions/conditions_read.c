/* engine/extensions/conditions_read.c -- see conditions_read.h. */
#include "engine/extensions/conditions_read.h"

#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/condition_reader.h"
#include "engine/training/value_json.h"

enum { ARGUMENTS_MAX = 100 };

/* What was saved tells whole reals from integers. */
static struct value argument_value(const struct condition_reader *reader, const cJSON *argument)
{
    struct value value;
    struct error err;

    if (!reader->saved)
        return value_from_json(argument);
    return value_load(argument, &value, &err) ? value : value_none();
}

static void add(const struct condition_reader *reader, enum callback callback, const cJSON *json,
                struct predicate predicate)
{
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "arguments"), *argument;
    struct condition condition = { .callback = callback, .predicate = predicate };

    condition.arguments = memory_new((size_t)cJSON_GetArraySize(arguments) + 1, sizeof *condition.arguments);
    cJSON_ArrayForEach(argument, arguments)
    {
        condition.arguments[condition.argument_count++] = argument_value(reader, argument);
    }
    condition_list_add(reader->out, condition);
}

static bool read_callback(const struct condition_reader *reader, const cJSON *name, size_t index,
                          enum callback *out)
{
    char member[64], at[CONDITION_PLACE_BYTES];
    struct error err;

    snprintf(member, sizeof member, "callbacks/%zu", index);
    if (!cJSON_IsString(name))
        return condition_report(reader, ERROR_WRONG_TYPE, member, "must be the name of a callback");
    if (callback_require(name->valuestring, out, &err))
        return true;
    REPORT_AT(reader->errors, err.code, reader->component, condition_place(reader, member, at), "%s",
              err.message);
    return error_list_hint(reader->errors, "%s", err.hint);
}

/* Each condition has a predicate of its own, because it owns it. */
static bool read_callbacks(const struct condition_reader *reader, const cJSON *json, const cJSON *callbacks)
{
    const cJSON *name;
    size_t index = 0;
    bool valid = true;

    cJSON_ArrayForEach(name, callbacks)
    {
        struct predicate predicate = { .kind = PREDICATE_ALWAYS };
        enum callback callback = BEFORE_TRAINING;
        bool known = read_callback(reader, name, index++, &callback);

        if (known &&
            predicate_read(reader, cJSON_GetObjectItemCaseSensitive(json, "predicate"), &predicate)) {
            add(reader, callback, json, predicate);
            continue;
        }
        free(predicate.name);
        script_function_free(predicate.function);
        valid = false;
        if (known)
            break; /* The predicate is the same for the other callbacks. */
    }
    return valid;
}

static bool read_condition(const struct condition_reader *reader, const cJSON *json)
{
    static const char *const names[] = { "callbacks", "predicate", "arguments" };
    const cJSON *callbacks = cJSON_GetObjectItemCaseSensitive(json, "callbacks");
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "arguments");
    bool valid;

    if (!cJSON_IsObject(json))
        return condition_report(reader, ERROR_WRONG_TYPE, NULL, "must be an object with \"callbacks\"");
    valid = condition_members_are(reader, json, "", names, COUNT(names));
    if (arguments && !cJSON_IsNull(arguments) &&
        (!cJSON_IsArray(arguments) || cJSON_GetArraySize(arguments) > ARGUMENTS_MAX))
        valid =
            condition_report(reader, ERROR_WRONG_TYPE, "arguments", "must be a list of at most 100 values");
    if (!callbacks)
        return condition_report(reader, ERROR_MISSING_MEMBER, NULL, "\"callbacks\" is missing");
    if (!cJSON_IsArray(callbacks) || cJSON_GetArraySize(callbacks) > ARGUMENTS_MAX)
        return condition_report(reader, ERROR_WRONG_TYPE, "callbacks", "must be a list of callback names");
    return valid ? read_callbacks(reader, json, callbacks) : false;
}

bool conditions_read(const struct component *component, const struct extension_context *context,
                     struct condition_list *out, struct error_list *errors)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(component->json, "conditions"), *item;
    struct condition_reader reader = {
        .component = component, .context = context, .out = out, .errors = errors
    };
    bool valid = true;

    if (!list || cJSON_IsNull(list))
        return true;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > CONDITIONS_MAX)
        return REPORT_AT(errors, ERROR_WRONG_TYPE, component, "conditions",
                         "must be a list of at most 1000 conditions");
    cJSON_ArrayForEach(item, list)
    {
        valid &= read_condition(&reader, item);
        reader.index++;
    }
    return valid;
}

bool condition_read_saved(const struct component *component, const struct extension_context *context,
                          const struct script_table *self, const cJSON *json, struct condition_list *out,
                          struct error *err)
{
    struct error_list errors = { 0 };
    const struct condition_reader reader = {
        .component = component, .context = context, .out = out, .errors = &errors, .saved = true, .self = self
    };
    bool valid = read_condition(&reader, json);

    if (valid && out->count > CONDITIONS_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "more than %d conditions", CONDITIONS_MAX);
    if (!valid && errors.count)
        *err = errors.items[0];
    else if (!valid)
        RAISE(err, ERROR_CORRUPT, NULL, "a condition is not readable");
    error_list_fini(&errors);
    return valid;
}
