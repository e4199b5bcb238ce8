/* engine/data/selection.c -- see selection.h. */
#include "engine/data/selection.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"

/* A whole number from 0 to `max`. */
static bool read_index(const cJSON *json, int64_t max, const struct json_path *path, int64_t *out,
                       struct error_list *errors)
{
    if (!cJSON_IsNumber(json) || floor(json->valuedouble) != json->valuedouble)
        return REPORT(errors, ERROR_WRONG_TYPE, path, "an example must be a whole number");
    if (json->valuedouble < 0 || json->valuedouble > (double)max)
        return REPORT(errors, ERROR_OUT_OF_RANGE, path, "%.17g is not between 0 and %lld", json->valuedouble,
                      (long long)max);
    *out = (int64_t)json->valuedouble;
    return true;
}

static bool read_list(const cJSON *json, int64_t available, const struct json_path *path,
                      struct selection *out, struct error_list *errors)
{
    struct json_path step = { .parent = path };
    const cJSON *item;
    bool good = true;

    out->count = cJSON_GetArraySize(json);
    if (out->count == 0)
        return REPORT(errors, ERROR_INVALID_VALUE, path, "no examples are selected");
    out->items = memory_new((size_t)out->count, sizeof(*out->items));
    cJSON_ArrayForEach(item, json)
    {
        good &= read_index(item, available - 1, &step, &out->items[step.index], errors);
        step.index++;
    }
    if (!good)
        selection_fini(out);
    return good;
}

static bool read_range(const cJSON *json, int64_t available, const struct json_path *path,
                       struct selection *out, struct error_list *errors)
{
    const struct json_path from = { .parent = path, .index = 0 }, to = { .parent = path, .index = 1 };
    int64_t end = 0;
    bool good = read_index(json->child, available, &from, &out->first, errors);

    good &= read_index(json->child->next, available, &to, &end, errors);
    if (!good)
        return false;
    if (out->first >= end) {
        REPORT(errors, ERROR_INVALID_VALUE, path, "the range [%lld, %lld) is empty", (long long)out->first,
               (long long)end);
        return error_list_hint(errors, "Two numbers are the first example and the one behind the last.");
    }
    out->count = end - out->first;
    return true;
}

bool selection_read_range(const struct cJSON *json, int64_t available, const struct json_path *path,
                          struct selection *out, struct error_list *errors)
{
    *out = (struct selection){ .count = available };
    if (!json)
        return true;
    if (!cJSON_IsArray(json))
        return REPORT(errors, ERROR_WRONG_TYPE, path, "examples must be a range [from, to] or a list");
    if (cJSON_GetArraySize(json) == 2)
        return read_range(json, available, path, out, errors);
    return read_list(json, available, path, out, errors);
}

bool selection_read_count(const struct cJSON *json, int64_t available, const struct json_path *path,
                          struct selection *out, struct error_list *errors)
{
    *out = (struct selection){ .count = available };
    if (!json)
        return true;
    if (cJSON_IsArray(json))
        return read_list(json, available, path, out, errors);
    if (!cJSON_IsNumber(json))
        return REPORT(errors, ERROR_WRONG_TYPE, path, "examples must be a count or a list");
    if (!read_index(json, available, path, &out->count, errors))
        return error_list_hint(errors, "The stream has %lld examples.", (long long)available);
    if (out->count == 0)
        return REPORT(errors, ERROR_INVALID_VALUE, path, "no examples are selected");
    return true;
}

void selection_fini(struct selection *selection)
{
    free(selection->items);
    *selection = (struct selection){ 0 };
}
