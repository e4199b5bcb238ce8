/* tests/conformance/compare.c -- see compare.h. */
#include "tests/conformance/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"

enum { PATH_BYTES = 256, TIMESTAMP_SEPARATOR_AT = 10 };

static const struct {
    const char *name;
    double number;
} specials[] = { { "nan", NAN }, { "inf", INFINITY }, { "-inf", -INFINITY } };

bool json_number(const cJSON *json, double *out)
{
    const cJSON *special = cJSON_GetObjectItemCaseSensitive(json, "$float");

    if (cJSON_IsNumber(json)) {
        *out = json->valuedouble;
        return true;
    }
    for (size_t i = 0; cJSON_IsString(special) && i < COUNT(specials); i++) {
        if (strcmp(special->valuestring, specials[i].name) == 0) {
            *out = specials[i].number;
            return true;
        }
    }
    return false;
}

cJSON *json_of_number(double number)
{
    cJSON *special;

    if (isfinite(number))
        return cJSON_CreateNumber(number);
    special = cJSON_CreateObject();
    cJSON_AddStringToObject(special, "$float", isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
    return special;
}

enum { WRITTEN_AS_FLOAT = 1 << 16 }; /* a bit of the type that cJSON does not look at */

/* Moves `*at` behind the next number of the text; true when it was written as a float. */
static bool next_number_is_float(const char **at)
{
    const char *c = *at;
    size_t length;
    bool is_float;

    while (*c && *c != '-' && (*c < '0' || *c > '9')) {
        if (*c == '"')
            for (c++; *c && *c != '"'; c++)
                c += *c == '\\';
        c++;
    }
    length = strspn(c, "+-.0123456789eE");
    is_float = strcspn(c, ".eE") < length;
    *at = c + length;
    return is_float;
}

/* The numbers of a tree come in the order of its text. */
static void mark_floats(cJSON *json, const char **at)
{
    for (; json; json = json->next) {
        if (cJSON_IsNumber(json) && next_number_is_float(at))
            json->type |= WRITTEN_AS_FLOAT;
        mark_floats(json->child, at);
    }
}

cJSON *json_of_case(const char *text)
{
    cJSON *json = cJSON_Parse(text);

    mark_floats(json, &text);
    return json;
}

bool json_is_float(const cJSON *number)
{
    return (number->type & WRITTEN_AS_FLOAT) != 0;
}

static bool numbers_match(double expected, double observed, const struct comparison *comparison)
{
    if (isnan(expected) || isnan(observed))
        return isnan(expected) && isnan(observed);
    if (expected == observed)
        return true;
    return comparison->tolerant && isfinite(expected) && isfinite(observed) &&
           fabs(expected - observed) <= 1e-12 + 1e-9 * fmax(fabs(expected), fabs(observed));
}

static bool differ(const cJSON *expected, const cJSON *observed, const char *path, struct verdict *verdict)
{
    char *wanted = expected ? cJSON_PrintUnformatted(expected) : strdup("nothing");
    char *got = observed ? cJSON_PrintUnformatted(observed) : strdup("nothing");

    verdict_fail(verdict, "%.200s: expected %.350s, observed %.350s", path, wanted, got);
    free(wanted);
    free(got);
    return false;
}

static bool special_matches(const cJSON *expected, const cJSON *observed, bool *out)
{
    const cJSON *separator = cJSON_GetObjectItemCaseSensitive(expected, "$timestamp_separator");

    if (cJSON_GetObjectItemCaseSensitive(expected, "$traceback")) {
        *out = cJSON_IsString(observed) && observed->valuestring[0];
        return true;
    }
    if (cJSON_IsString(separator)) {
        *out = cJSON_IsString(observed) && strlen(observed->valuestring) > TIMESTAMP_SEPARATOR_AT &&
               strncmp(observed->valuestring + TIMESTAMP_SEPARATOR_AT, separator->valuestring,
                       strlen(separator->valuestring)) == 0;
        return true;
    }
    if (cJSON_IsString(expected) && strcmp(expected->valuestring, "<seconds>") == 0) {
        *out = cJSON_IsNumber(observed);
        return true;
    }
    return false;
}

static bool arrays_match(const cJSON *expected, const cJSON *observed, const struct comparison *comparison,
                         const char *path, struct verdict *verdict)
{
    const cJSON *theirs = expected->child, *ours = observed->child;
    char below[PATH_BYTES];

    for (int i = 0; theirs || ours; i++) {
        snprintf(below, sizeof below, "%.200s[%d]", path, i);
        if (!theirs || !ours)
            return differ(theirs, ours, below, verdict);
        if (!json_matches(theirs, ours, comparison, below, verdict))
            return false;
        theirs = theirs->next;
        ours = ours->next;
    }
    return true;
}

static bool objects_match(const cJSON *expected, const cJSON *observed, const struct comparison *comparison,
                          const char *path, struct verdict *verdict)
{
    const cJSON *member;
    char below[PATH_BYTES];

    cJSON_ArrayForEach(member, expected)
    {
        snprintf(below, sizeof below, "%.120s.%.120s", path, member->string);
        if (!json_matches(member, cJSON_GetObjectItemCaseSensitive(observed, member->string), comparison,
                          below, verdict))
            return false;
    }
    cJSON_ArrayForEach(member, observed)
    {
        snprintf(below, sizeof below, "%.120s.%.120s", path, member->string);
        if (!cJSON_GetObjectItemCaseSensitive(expected, member->string))
            return differ(NULL, member, below, verdict);
    }
    return true;
}

static bool as_number(const cJSON *json, const struct comparison *comparison, double *out)
{
    if (comparison->numeric_booleans && cJSON_IsBool(json)) {
        *out = cJSON_IsTrue(json);
        return true;
    }
    return json_number(json, out);
}

bool json_matches(const cJSON *expected, const cJSON *observed, const struct comparison *comparison,
                  const char *path, struct verdict *verdict)
{
    double wanted, got;
    bool match;

    if (!expected || !observed)
        return expected == observed || differ(expected, observed, path, verdict);
    if (special_matches(expected, observed, &match))
        return match || differ(expected, observed, path, verdict);
    if (as_number(expected, comparison, &wanted))
        match = as_number(observed, comparison, &got) && numbers_match(wanted, got, comparison);
    else if (cJSON_IsArray(expected) && cJSON_IsArray(observed))
        return arrays_match(expected, observed, comparison, path, verdict);
    else if (cJSON_IsObject(expected) && cJSON_IsObject(observed))
        return objects_match(expected, observed, comparison, path, verdict);
    else if (cJSON_IsString(expected))
        match = cJSON_IsString(observed) && strcmp(expected->valuestring, observed->valuestring) == 0;
    else if (cJSON_IsBool(expected))
        match = cJSON_IsBool(observed) && cJSON_IsTrue(expected) == cJSON_IsTrue(observed);
    else
        match = cJSON_IsNull(expected) && cJSON_IsNull(observed);
    return match || differ(expected, observed, path, verdict);
}
