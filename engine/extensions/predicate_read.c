/* engine/extensions/predicate_read.c -- the member `predicate` of a condition; see condition_reader.h. */
#include "engine/extensions/condition_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/training/value_json.h"

static bool read_record(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "record" };
    const cJSON *record = cJSON_GetObjectItemCaseSensitive(json, "record");

    if (!condition_members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(record) || !record->valuestring[0])
        return condition_report(reader, ERROR_WRONG_TYPE, "predicate/record", "must be the name of a record");
    *out = (struct predicate){ .kind = PREDICATE_RECORD, .name = memory_text(record->valuestring) };
    return true;
}

static bool read_status(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "status", "at_least" };
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    const cJSON *at_least = cJSON_GetObjectItemCaseSensitive(json, "at_least");

    if (!condition_members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(status) || !status->valuestring[0])
        return condition_report(reader, ERROR_WRONG_TYPE, "predicate/status",
                                "must be the name of a status entry");
    if (!cJSON_IsNumber(at_least))
        return condition_report(reader, at_least ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER,
                                "predicate/at_least", "must be a number");
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
static bool read_counter(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    static const char *const names[] = { "condition", "num" };
    const cJSON *condition = cJSON_GetObjectItemCaseSensitive(json, "condition");
    const cJSON *num = cJSON_GetObjectItemCaseSensitive(json, "num");
    double number;

    if (!condition_members_are(reader, json, "predicate/", names, COUNT(names)))
        return false;
    if (!cJSON_IsString(condition))
        return condition_report(reader, ERROR_WRONG_TYPE, "predicate/condition",
                                "must be a text like \"every_n_batches\"");
    if (!cJSON_IsNumber(num) && !cJSON_IsBool(num))
        return condition_report(reader, num ? ERROR_WRONG_TYPE : ERROR_MISSING_MEMBER, "predicate/num",
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
        return condition_report(reader, ERROR_OUT_OF_RANGE, "predicate/num", "nothing is a multiple of 0");
    return true;
}

/* A text, or in what was saved a function with locals. */
static struct script_function *compile(const struct condition_reader *reader, const cJSON *json,
                                       const char *pointer, struct error *err)
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

static bool read_function(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    char at[CONDITION_PLACE_BYTES], pointer[sizeof((struct error *)0)->pointer];
    struct error err;

    if (!reader->context->script)
        return condition_report(reader, ERROR_INVALID_VALUE, "predicate", "functions are not possible here");
    snprintf(pointer, sizeof pointer, "%s/%s", reader->component->pointer ? reader->component->pointer : "",
             condition_place(reader, "predicate", at));
    *out = (struct predicate){ .kind = PREDICATE_FUNCTION, .log_port = reader->context->log_port };
    out->function = compile(reader, json, pointer, &err);
    if (!out->function)
        return error_list_add(reader->errors, &err);
    if (script_function_signature(out->function)->parameters > 1)
        return condition_report(reader, ERROR_INVALID_VALUE, "predicate",
                                "the function is called with the log only");
    return true;
}

/* The predicates that have a name; else the text is a function. */
static bool read_text(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    if (strcmp(json->valuestring, predicate_names[PREDICATE_ALWAYS]) == 0)
        return true;
    if (strcmp(json->valuestring, predicate_names[PREDICATE_FIRST_EPOCH]) != 0)
        return read_function(reader, json, out);
    *out = (struct predicate){ .kind = PREDICATE_FIRST_EPOCH };
    return true;
}

bool predicate_read(const struct condition_reader *reader, const cJSON *json, struct predicate *out)
{
    static const struct {
        const char *member;
        bool (*read)(const struct condition_reader *reader, const cJSON *json, struct predicate *out);
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
    condition_report(reader, ERROR_WRONG_TYPE, "predicate", "not a predicate");
    return error_list_hint(reader->errors,
                           "Give {\"record\": R}, {\"condition\": \"every_n_batches\", \"num\": N}, "
                           "{\"status\": KEY, \"at_least\": V}, or a function of the log.");
}
