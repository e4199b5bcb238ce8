/* tests/conformance/members.c -- see members.h. */
#include "tests/conformance/members.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

spellings members_of_every_case = { "name", "group", "kind", "expected", NULL };

static bool is_spelled(const char *name, const char *spelling)
{
    return spelling[0] == '~' ? strstr(name, spelling + 1) != NULL : strcmp(name, spelling) == 0;
}

const cJSON *member_of(const cJSON *object, const char *const *names)
{
    const cJSON *member;

    for (; *names && cJSON_IsObject(object); names++)
        cJSON_ArrayForEach(member, object)
        {
            if (is_spelled(member->string, *names))
                return member;
        }
    return NULL;
}

static bool is_in(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (is_spelled(name, *names))
            return true;
    return false;
}

const cJSON *member_besides(const cJSON *object, const char *const *const *lists)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        bool known = false;

        for (size_t i = 0; lists[i]; i++)
            known |= is_in(member->string, lists[i]);
        if (!known && (cJSON_IsArray(member) || cJSON_IsNumber(member)))
            return member;
    }
    return NULL;
}

void members_note_unread(const cJSON *object, const char *const *const *lists, const char *where,
                         struct verdict *verdict)
{
    const cJSON *member;

    if (!cJSON_IsObject(object))
        return;
    cJSON_ArrayForEach(member, object)
    {
        bool known = false;

        for (size_t i = 0; lists[i]; i++)
            known |= is_in(member->string, lists[i]);
        if (!known && !verdict->unread[0])
            snprintf(verdict->unread, sizeof(verdict->unread), "%s has a member \"%.80s\" that nobody reads",
                     where, member->string);
    }
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

static void note(const cJSON *object, const char *const *names, const char *where, struct verdict *verdict)
{
    members_note_unread(object, (const char *const *const[]){ names, NULL }, where, verdict);
}

static void note_all(const cJSON *list, const char *const *names, const char *where, struct verdict *verdict)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        note(item, names, where, verdict);
    }
}

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void note_extensions(const cJSON *extensions, struct verdict *verdict)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, extensions)
    {
        note(extension, of_extension, "an extension", verdict);
        note_all(get(extension, "conditions"), of_condition, "a condition", verdict);
        note_all(get(extension, "actions"), of_action, "an action", verdict);
        note_all(get(get(extension, "args"), "variables"), of_variable, "a variable", verdict);
        note_extensions(get(extension, "sub_extensions"), verdict);
    }
}

void trace_note_unread(const cJSON *trace, struct verdict *verdict)
{
    const cJSON *run;

    members_note_unread(trace, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                        "the case", verdict);
    note_extensions(get(trace, "extensions"), verdict);
    note_all(get(trace, "faults"), of_fault, "a fault", verdict);
    note(get(trace, "durations"), of_durations, "durations", verdict);
    note(get(trace, "model"), of_model, "the model", verdict);
    note(get(trace, "tensor_job"), of_tensor_job, "tensor_job", verdict);
    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        note(run, of_run, "a run", verdict);
        note(get(run, "model"), of_model, "a model", verdict);
        note_extensions(get(run, "extensions"), verdict);
    }
}
