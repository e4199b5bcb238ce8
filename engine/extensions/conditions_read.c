/* engine/extensions/conditions_read.c -- see conditions_read.h. */
#include "engine/extensions/conditions_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/training/value_json.h"

enum { PLACE_BYTES = 160, ARGUMENTS_MAX = 100 };

/* Where we are: everything that the functions below need. */
struct reader {
    const struct component *component;
    const struct extension_context *context;
    struct condition_list *out;
    struct error_list *errors;
    size_t index;                    /* of the condition */
    bool saved;                      /* from a function or a checkpoint, not from the definition */
    const struct script_table *self; /* of saved ones; may be NULL */
};

static const char *place(const struct reader *reader, const char *member, char out[PLACE_BYTES])
{
    if (reader->saved)
        return "do"; /* the function that added it */
    snprintf(out, PLACE_BYTES, "conditions/%zu%s%s", reader->index, member ? "/" : "", member ? member : "");
    return out;
}

static bool report(const struct reader *reader, enum error_code code, const char *member, const char *message)
{
    char at[PLACE_BYTES];

    return REPORT_AT(reader->errors, code, reader->component, place(reader, member, at), "%s", message);
}

/* Exactly these members, no others; `optional` may be missing. */
static bool members_are(const struct reader *reader, const cJSON *object, const char *prefix,
                        const char *const *names, size_t count)
{
    const cJSON *member;
    bool valid = true;

    cJSON_ArrayForEach(member, object)
    {
        char name[96], at[PLACE_BYTES];
        bool known = false;

        for (size_t i = 0; i < count; i++)
            known |= strcmp(member->string, names[i]) == 0;
        if (known)
            continue;
        snprintf(name, sizeof name, "%s%.60s", prefix, member->string);
        REPORT_AT(reader->errors, ERROR_UNKNOWN_MEMBER, reader->component, place(reader, name, at),
                  "unknown member \"%.60s\"", member->string);
        valid = false;
    }
    return valid;
}

static bool read_record(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "record" };
    const cJSON *record = cJSON_GetObjectItemCaseSensitive(json, "record");

    if (!members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(record) || !record->valuestring[0])
        return report(reader, ERROR_WRONG_TYPE, "predicate/record", "must be the name of a record");
    *out = (struct predicate){ .kind = PREDICATE_RECORD, .name = memory_text(record->valuestring) };
    return true;
}

static bool read_status(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "status", "at_least" };
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    const cJSON *at_least = cJSON_GetObjectItemCaseSensitive(json, "at_least");

    if (!members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(status) || !status->valuestring[0])
        return report(reader, ERROR_WRONG_TYPE, "predicate/status", "must be the name of a status entry");
    if (!cJSON_IsNumber(at_least))
        return report(reader, at_least ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, "predicate/at_least",
                      "must be a number");
    *out = (struct predicate){ .kind = PREDICATE_STATUS,
                               .name = memory_text(status->valuestring),
                               .real = at_least->valuedouble };
    return true;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* Blocks' Predicate: every... is a remainder, all other names mean equality; ...epochs counts epochs. */
static bool read_counter(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "condition", "num" };
    const cJSON *condition = cJSON_GetObjectItemCaseSensitive(json, "condition");
    const cJSON *num = cJSON_GetObjectItemCaseSensitive(json, "num");
    double number;

    if (!members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(condition))
        return report(reader, ERROR_WRONG_TYPE, "predicate/condition",
                      "must be a text like \"every_n_batches\"");
    if (!cJSON_IsNumber(num) && !cJSON_IsBool(num))
        return report(reader, num ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, "predicate/num",
                      "must be a number");
    number = cJSON_IsBool(num) ? cJSON_IsTrue(num) : num->valuedouble;
    *out = (struct predicate){ .kind = starts_with(condition->valuestring, "every") ? PREDICATE_EVERY
                                                                                    : PREDICATE_EQUAL,
                               .epochs = ends_with(condition->valuestring, "epochs"),
                               .whole = fabs(number) < 9e15 && number == floor(number),
                               .real = number };
    if (out->whole)
        out->integer = (int64_t)number;
    if (out->kind == PREDICATE_EVERY && number == 0)
        return report(reader, ERROR_OUT_OF_RANGE, "predicate/num", "nothing is a multiple of 0");
    return true;
}

/* A text, or in what was saved a function with locals. */
static struct script_function *compile(const struct reader *reader, const cJSON *json, const char *pointer,
                                       struct error *err)
{
    struct script_function *function;
    struct value saved;

    if (cJSON_IsString(json))
        return script_function_new(reader->context->script, json->valuestring, pointer, err);
    if (!value_load(json, &saved, err))
        return NULL;
    function = script_function_load(reader->context->script, &saved, reader->self, pointer, err);
    value_fini(&saved);
    return function;
}

static bool read_function(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    char at[PLACE_BYTES], pointer[sizeof((struct error *)0)->pointer];
    struct error err;

    if (!reader->context->script)
        return report(reader, ERROR_INVALID_VALUE, "predicate", "functions are not possible here");
    snprintf(pointer, sizeof pointer, "%s/%s", reader->component->pointer ? reader->component->pointer : "",
             place(reader, "predicate", at));
    *out = (struct predicate){ .kind = PREDICATE_FUNCTION, .log_port = reader->context->log_port };
    out->function = compile(reader, json, pointer, &err);
    if (!out->function)
        return error_list_add(reader->errors, &err);
    if (script_function_signature(out->function)->parameters > 1)
        return report(reader, ERROR_INVALID_VALUE, "predicate", "the function is called with the log only");
    return true;
}

/* The predicates that have a name; else the text is a function. */
static bool read_text(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    if (strcmp(json->valuestring, predicate_names[PREDICATE_ALWAYS]) == 0)
        return true;
    if (strcmp(json->valuestring, predicate_names[PREDICATE_FIRST_EPOCH]) != 0)
        return read_function(reader, json, out);
    *out = (struct predicate){ .kind = PREDICATE_FIRST_EPOCH };
    return true;
}

static bool read_predicate(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    static const struct {
        const char *member;
        bool (*read)(const struct reader *reader, const cJSON *json, struct predicate *out);
    } kinds[] = { { "record", read_record }, { "condition", read_counter }, { "status", read_status } };

    *out = (struct predicate){ .kind = PREDICATE_ALWAYS };
    if (!json || cJSON_IsNull(json))
        return true;
    if (cJSON_IsString(json))
        return read_text(reader, json, out);
    if (reader->saved && cJSON_GetObjectItemCaseSensitive(json, "table"))
        return read_function(reader, json, out);
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (cJSON_GetObjectItemCaseSensitive(json, kinds[i].member))
            return kinds[i].read(reader, json, out);
    report(reader, ERROR_WRONG_TYPE, "predicate", "not a predicate");
    return error_list_hint(reader->errors,
                           "Give {\"record\": R}, {\"condition\": \"every_n_batches\", \"num\": N}, "
                           "{\"status\": KEY, \"at_least\": V}, or a function of the log.");
}

/* What was saved tells whole reals from integers. */
static struct value argument_value(const struct reader *reader, const cJSON *argument)
{
    struct value value;
    struct error err;

    if (!reader->saved)
        return value_from_json(argument);
    return value_load(argument, &value, &err) ? value : value_none();
}

static void add(const struct reader *reader, enum callback callback, const cJSON *json,
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

static bool read_callback(const struct reader *reader, const cJSON *name, size_t index, enum callback *out)
{
    char member[64], at[PLACE_BYTES];
    struct error err;

    snprintf(member, sizeof member, "callbacks/%zu", index);
    if (!cJSON_IsString(name))
        return report(reader, ERROR_WRONG_TYPE, member, "must be the name of a callback");
    if (callback_require(name->valuestring, out, &err))
        return true;
    REPORT_AT(reader->errors, err.code, reader->component, place(reader, member, at), "%s", err.message);
    return error_list_hint(reader->errors, "%s", err.hint);
}

/* Each condition has a predicate of its own, because it owns it. */
static bool read_callbacks(const struct reader *reader, const cJSON *json, const cJSON *callbacks)
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
            read_predicate(reader, cJSON_GetObjectItemCaseSensitive(json, "predicate"), &predicate)) {
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

static bool read_condition(const struct reader *reader, const cJSON *json)
{
    static const char *const names[] = { "callbacks", "predicate", "arguments" };
    const cJSON *callbacks = cJSON_GetObjectItemCaseSensitive(json, "callbacks");
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "arguments");
    bool valid;

    if (!cJSON_IsObject(json))
        return report(reader, ERROR_WRONG_TYPE, NULL, "must be an object with \"callbacks\"");
    valid = members_are(reader, json, "", names, COUNT(names));
    if (arguments && !cJSON_IsNull(arguments) &&
        (!cJSON_IsArray(arguments) || cJSON_GetArraySize(arguments) > ARGUMENTS_MAX))
        valid = report(reader, ERROR_WRONG_TYPE, "arguments", "must be a list of at most 100 values");
    if (!callbacks)
        return report(reader, ERROR_MISSING_MEMBER, NULL, "\"callbacks\" is missing");
    if (!cJSON_IsArray(callbacks) || cJSON_GetArraySize(callbacks) > ARGUMENTS_MAX)
        return report(reader, ERROR_WRONG_TYPE, "callbacks", "must be a list of callback names");
    return valid ? read_callbacks(reader, json, callbacks) : false;
}

bool conditions_read(const struct component *component, const struct extension_context *context,
                     struct condition_list *out, struct error_list *errors)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(component->json, "conditions"), *item;
    struct reader reader = { .component = component, .context = context, .out = out, .errors = errors };
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
    const struct reader reader = {
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
