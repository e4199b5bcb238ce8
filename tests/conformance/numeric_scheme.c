/* tests/conformance/numeric_scheme.c -- the requests of iteration schemes, epoch by epoch. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/data/schemes.h"
#include "tests/conformance/job.h"
#include "tests/conformance/members.h"
#include "tests/conformance/numeric.h"

static bool has_member(const cJSON *type, const char *start)
{
    return cJSON_IsString(type) && strncmp(type->valuestring, start, strlen(start)) == 0;
}

/* The generator of a case becomes the seed of every shuffled scheme in it. */
static void seed(cJSON *scheme, const cJSON *number)
{
    cJSON *inside;

    if (has_member(cJSON_GetObjectItemCaseSensitive(scheme, "type"), "Shuffled") && cJSON_IsNumber(number) &&
        !cJSON_GetObjectItemCaseSensitive(scheme, "rng"))
        cJSON_AddNumberToObject(scheme, "rng", number->valuedouble);
    cJSON_ArrayForEach(inside, cJSON_GetObjectItemCaseSensitive(scheme, "schemes"))
    {
        seed(inside, number);
    }
}

/* Enough examples for every index that the scheme names. */
static int64_t examples_needed(const cJSON *scheme)
{
    const cJSON *examples = cJSON_GetObjectItemCaseSensitive(scheme, "examples"), *item;
    int64_t needed = 1;

    if (cJSON_IsNumber(examples))
        needed = (int64_t)examples->valuedouble;
    cJSON_ArrayForEach(item, examples)
    {
        needed = (int64_t)fmax((double)needed, item->valuedouble + 1);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(scheme, "schemes"))
    {
        needed = (int64_t)fmax((double)needed, (double)examples_needed(item));
    }
    item = cJSON_GetObjectItemCaseSensitive(scheme, "num_examples");
    return cJSON_IsNumber(item) ? (int64_t)fmax((double)needed, item->valuedouble) : needed;
}

static cJSON *request_json(const struct scheme *scheme, const struct request *request)
{
    cJSON *list;

    if (!request->indices && request->first == REQUEST_FOLLOWS)
        return cJSON_CreateNumber((double)request->count);
    if (scheme->requests_examples)
        return cJSON_CreateNumber((double)(request->indices ? request->indices[0] : request->first));
    list = cJSON_CreateArray();
    for (int64_t i = 0; i < request->count; i++)
        cJSON_AddItemToArray(
            list, cJSON_CreateNumber((double)(request->indices ? request->indices[i] : request->first + i)));
    return list;
}

/* Sizes without end: of these a case lists as many as it likes. */
static bool is_endless(const cJSON *scheme)
{
    return strcmp(job_at(scheme, "type", ""), "ConstantScheme") == 0 &&
           !cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(scheme, "num_examples")) &&
           !cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(scheme, "times"));
}

static void play(struct scheme *scheme, const cJSON *epochs, bool endless, struct verdict *verdict)
{
    const cJSON *epoch;
    int number = 0;

    cJSON_ArrayForEach(epoch, epochs)
    {
        cJSON *observed = cJSON_CreateArray();
        int most = cJSON_GetArraySize(epoch) - (endless ? 1 : 0);
        struct request request;
        struct error err;
        char place[32];

        if (!scheme->type->next_epoch(scheme, &err))
            verdict_fail(verdict, "%s", err.message);
        /* One request more than expected shows that it ends. */
        for (int i = 0; i <= most && scheme->type->next(scheme, &request); i++)
            cJSON_AddItemToArray(observed, request_json(scheme, &request));
        snprintf(place, sizeof place, "epochs[%d]", number++);
        json_matches(epoch, observed, &numeric_tolerance, place, verdict);
        cJSON_Delete(observed);
    }
}

void scheme_case(const cJSON *json, struct verdict *verdict)
{
    static spellings of_case = { "scheme", "seed", "epochs", NULL };
    cJSON *flat = numeric_flatten(cJSON_GetObjectItemCaseSensitive(json, "scheme"));
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected");
    struct scheme *scheme = NULL;
    struct bound bound;

    seed(flat, cJSON_GetObjectItemCaseSensitive(json, "seed"));
    bound_init(&bound, &scheme_family, flat);
    if (bound.component)
        scheme = scheme_new(bound.component, examples_needed(flat), &bound.errors);
    members_note_unread(json, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                        "the case", verdict);
    if (!numeric_must_fail(json, !scheme, verdict)) {
        if (!scheme)
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
        else if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(expected, "epochs")))
            verdict_fail(verdict, "it expects no epochs");
        else
            play(scheme, cJSON_GetObjectItemCaseSensitive(expected, "epochs"), is_endless(flat), verdict);
    }
    scheme_free(scheme);
    bound_fini(&bound);
    cJSON_Delete(flat);
}
