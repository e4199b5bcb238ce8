/* tests/conformance/refusals.c -- see refusals.h. */
#include "tests/conformance/refusals.h"

#include <math.h>
#include <string.h>

#include "engine/extensions/triggers.h"
#include "tests/conformance/job.h"

static cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* ---- 7: what is bound to fail may be refused ---- */

static bool acts_with_errors(const cJSON *extensions)
{
    const cJSON *extension, *action;

    cJSON_ArrayForEach(extension, extensions)
    {
        cJSON_ArrayForEach(action, get(extension, "actions"))
        {
            if (get(action, "error"))
                return true;
        }
        if (acts_with_errors(get(extension, "sub_extensions")))
            return true;
    }
    return false;
}

static bool errors_are_scripted(const cJSON *trace)
{
    const cJSON *fault, *run;

    cJSON_ArrayForEach(fault, get(trace, "faults"))
    {
        if (get(fault, "error"))
            return true;
    }
    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        if (acts_with_errors(get(run, "extensions")))
            return true;
    }
    return acts_with_errors(get(trace, "extensions"));
}

static bool some_run_raises(const cJSON *trace)
{
    const cJSON *outcome;

    cJSON_ArrayForEach(outcome, get(get(trace, "expected"), "outcome"))
    {
        if (strcmp(job_at(outcome, "result", ""), "raised") == 0)
            return true;
    }
    return false;
}

bool refusal_is_possible(const cJSON *trace)
{
    return some_run_raises(trace) && !errors_are_scripted(trace);
}

/* ---- 8: triggers are typed ---- */

static bool trigger_is_typed(const cJSON *value, bool numeric)
{
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0;

    if (cJSON_IsNull(value) || cJSON_IsFalse(value) || (cJSON_IsNumber(value) && number == 0))
        return true;
    if (!numeric)
        return cJSON_IsTrue(value);
    return cJSON_IsNumber(value) && number > 0 && number == floor(number);
}

static bool has_untyped(const cJSON *extensions)
{
    const cJSON *extension, *value;

    cJSON_ArrayForEach(extension, extensions)
    {
        cJSON_ArrayForEach(value, get(extension, "triggers"))
        {
            const struct trigger_type *type = trigger_find(value->string);

            if (type && !trigger_is_typed(value, type->numeric))
                return true;
        }
        if (has_untyped(get(extension, "sub_extensions")))
            return true;
    }
    return false;
}

bool refusal_is_due(const cJSON *trace)
{
    const cJSON *run;

    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        if (has_untyped(get(run, "extensions")))
            return true;
    }
    return has_untyped(get(trace, "extensions"));
}
