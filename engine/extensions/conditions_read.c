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

enum { PLACE_BYTES = 160, CONDITIONS_MAX = 1000, ARGUMENTS_MAX = 100 };

/* Where we are: everything that the functions below need. */
struct reader {
    const struct component *component;
    const struct extension_context *context;
    struct condition_list *out;
    struct error_list *errors;
    size_t index; /* of the condition */
};

static const char *place(const struct reader *reader, const char *member, char out[PLACE_BYTES])
{
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

static bool read_function(const struct reader *reader, const cJSON *json, struct predicate *out)
{
    char at[PLACE_BYTES], pointer[sizeof((struct error *)0)->pointer];
    const struct script_signature *signature;
    struct error err;

    if (!reader->context->script)
        return report(reader, ERROR_INVALID_VALUE, "predicate", "functions are not possible here");
    snprintf(pointer, sizeof pointer, "%s/%s", reader->component->pointer ? reader->component->pointer : "",
             place(reader, "predicate", at));
    *out = (struct predicate){ .kind = PREDICATE_FUNCTION, .log_port = reader->context->log_port };
    out->function = script_function_new(reader->context->script, json->valuestring, pointer, &err);
    if (!out->function)
        return error_list_add(reader->errors, &err);
    signature = script_function_signature(out->function);
    if (signature->parameters > 1)
        return report(reader, ERROR_INVALID_VALUE, "predicate", "the function is called with the log only");
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
        return read_function(reader, json, out);
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (cJSON_GetObjectItemCaseSensitive(json, kinds[i].member))
            return kinds[i].read(reader, json, out);
    report(reader, ERROR_WRONG_TYPE, "predicate", "not a predicate");
    return error_list_hint(reader->errors,
                           "Give {\"record\": R}, {\"condition\": \"every_n_batches\", \"num\": N}, "
                           "{\"status\": KEY, \"at_least\": V}, or a function of the log.");
}

static void add(const struct reader *reader, enum callback callback, const cJSON *json,
                struct predicate predicate)
{
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "arguments"), *argument;
    struct condition condition = { .callback = callback, .predicate = predicate };

    condition.arguments = memory_new((size_t)cJSON_GetArraySize(arguments) + 1, sizeof *condition.arguments);
    cJSON_ArrayForEach(argument, arguments)
    {
        condition.arguments[condition.argument_count++] = value_from_json(argument);
    }
    condition_list_add(reader->out, condition);
}

static bool read_callback(const struct reader *reader, const cJSON *name, size_t index, enum callback *out)
{
    char member[64], at[PLACE_BYTES];
    const char *nearest;

    if (cJSON_IsString(name) && callback_parse(name->valuestring, out))
        return true;
    snprintf(member, sizeof member, "callbacks/%zu", index);
    if (!cJSON_IsString(name))
        return report(reader, ERROR_WRONG_TYPE, member, "must be the name of a callback");
    REPORT_AT(reader->errors, ERROR_UNKNOWN_NAME, reader->component, place(reader, member, at),
              "\"%.80s\" is not a callback", name->valuestring);
    nearest = text_nearest(name->valuestring, callback_names, CALLBACK_COUNT);
    return nearest
               ? error_list_hint(reader->errors, "Did you mean \"%s\"?", nearest)
               : error_list_hint(reader->errors, "Callbacks are before_training, before_epoch, before_batch, "
                                                 "after_batch, after_epoch, after_training, on_resumption, "
                                                 "on_interrupt and on_error.");
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
