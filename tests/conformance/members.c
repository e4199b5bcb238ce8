/* tests/conformance/members.c -- see members.h. */
#include "tests/conformance/members.h"

#include <stddef.h>
#include <string.h>

spellings members_of_every_case = { "name", "group", "kind", "expected", NULL };

const cJSON *member_of(const cJSON *object, const char *const *names)
{
    for (; *names; names++)
        if (cJSON_GetObjectItemCaseSensitive(object, *names))
            return cJSON_GetObjectItemCaseSensitive(object, *names);
    return NULL;
}

static bool is_in(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool members_are_known(const cJSON *object, const char *const *const *lists, const char *where,
                       struct verdict *verdict)
{
    const cJSON *member;

    if (!cJSON_IsObject(object))
        return true;
    cJSON_ArrayForEach(member, object)
    {
        bool known = false;

        for (size_t i = 0; lists[i]; i++)
            known |= is_in(member->string, lists[i]);
        if (!known)
            return verdict_fail(verdict, "%s has a member \"%.80s\" that is not understood", where,
                                member->string);
    }
    return true;
}

/* ---- Traces ---- */

static spellings of_case = {
    "batches_per_epoch", "max_epochs",  "extensions", "runs", "faults",     "durations",       "variables",
    "iteration_scheme",  "log_backend", "model",      "data", "tensor_job", "plain_algorithm", NULL
};
static spellings of_extension = { "id",         "type",           "args",   "triggers", "name",
                                  "conditions", "sub_extensions", "listed", "actions",  NULL };
static spellings of_condition = { "callbacks", "predicate", "arguments", NULL };
static spellings of_action = { "call",   "callback", "iterations_done", "set_row", "set_status",
                               "signal", "error",    "message",         NULL };
static spellings of_variable = { "name", "expression", "scheme", "denominator", "quantity", NULL };
static spellings of_run = { "mode", "extensions", "reset_parameters", "model", NULL };
static spellings of_fault = { "where", "batch", "error", "message", "signal", NULL };
static spellings of_durations = { "initialization", "read_data", "end_of_epoch_read", "train", NULL };
static spellings of_model = { "dims", "weights", "biases", "name", NULL };
static spellings of_tensor_job = { "p", "step", "plain_algorithm", NULL };

static bool check(const cJSON *object, const char *const *names, const char *where, struct verdict *verdict)
{
    return members_are_known(object, (const char *const *const[]){ names, NULL }, where, verdict);
}

static bool check_all(const cJSON *list, const char *const *names, const char *where, struct verdict *verdict)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (!check(item, names, where, verdict))
            return false;
    }
    return true;
}

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool check_extensions(const cJSON *extensions, struct verdict *verdict)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, extensions)
    {
        if (!check(extension, of_extension, "an extension", verdict) ||
            !check_all(get(extension, "conditions"), of_condition, "a condition", verdict) ||
            !check_all(get(extension, "actions"), of_action, "an action", verdict) ||
            !check_all(get(get(extension, "args"), "variables"), of_variable, "a variable", verdict) ||
            !check_extensions(get(extension, "sub_extensions"), verdict))
            return false;
    }
    return true;
}

bool trace_members_are_known(const cJSON *trace, struct verdict *verdict)
{
    const cJSON *run;

    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        if (!check(run, of_run, "a run", verdict) ||
            !check(get(run, "model"), of_model, "a model", verdict) ||
            !check_extensions(get(run, "extensions"), verdict))
            return false;
    }
    return members_are_known(trace, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                             "the case", verdict) &&
           check_extensions(get(trace, "extensions"), verdict) &&
           check_all(get(trace, "faults"), of_fault, "a fault", verdict) &&
           check(get(trace, "durations"), of_durations, "durations", verdict) &&
           check(get(trace, "model"), of_model, "the model", verdict) &&
           check(get(trace, "tensor_job"), of_tensor_job, "tensor_job", verdict);
}
