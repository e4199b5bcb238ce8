/* tests/conformance/differences.c -- see differences.h; the numbers are those of the list in the
 * documentation. */
#include "tests/conformance/differences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/compare.h"
#include "tests/conformance/refusals.h"
#include "tests/conformance/trace_case.h"

static cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* ---- Tools for the rules ---- */

static bool is_call_on(const cJSON *call, const char *callback)
{
    return strcmp(job_at(call, "callback", ""), callback) == 0;
}

static cJSON *entry_of(const cJSON *extensions, const char *id)
{
    cJSON *extension, *inside;

    cJSON_ArrayForEach(extension, extensions)
    {
        if (strcmp(job_at(extension, "id", ""), id) == 0)
            return extension;
        inside = entry_of(get(extension, "sub_extensions"), id);
        if (inside)
            return inside;
    }
    return NULL;
}

static bool is_of_type(const cJSON *trace, const char *id, const char *type)
{
    return strcmp(job_at(entry_of(get(trace, "extensions"), id), "type", ""), type) == 0;
}

/* Whether `calls` begins with the first `count` of `beginning`. */
static bool calls_begin(const cJSON *calls, const cJSON *beginning, int count, struct verdict *verdict)
{
    const struct comparison exact = { 0 };
    const cJSON *ours = calls->child;

    for (const cJSON *theirs = beginning->child; theirs && count > 0; theirs = theirs->next, count--) {
        if (!json_matches(theirs, ours, &exact, "calls", verdict))
            return false;
        ours = ours->next;
    }
    return true;
}

static int calls_before(const cJSON *calls, const char *callback)
{
    const cJSON *call;
    int count = 0;

    cJSON_ArrayForEach(call, calls)
    {
        if (is_call_on(call, callback))
            break;
        count++;
    }
    return count;
}

/* ---- 1: on_interrupt is dispatched ---- */

static bool on_interrupt_stands_right(const cJSON *calls, struct verdict *verdict)
{
    const cJSON *call;

    cJSON_ArrayForEach(call, calls)
    {
        if (is_call_on(call, "on_interrupt") && call->next && !is_call_on(call->next, "on_interrupt") &&
            !is_call_on(call->next, "after_training") && !is_call_on(call->next, "on_error") &&
            job_number(call->next, "run", 0) == job_number(call, "run", 0))
            return verdict_fail(verdict, "on_interrupt is not followed by after_training");
    }
    return true;
}

static bool printed_interrupt(const struct job *job)
{
    const cJSON *output;

    cJSON_ArrayForEach(output, job->output)
    {
        if (strstr(output->valuestring, "TRAINING HAS BEEN INTERRUPTED"))
            return true;
    }
    return false;
}

/* Blocks never calls on_interrupt, so the expectation holds for the job in which nothing listens to it; and
 * the job as it stands makes the same calls, with those of on_interrupt in front of after_training. */
static bool decide_on_interrupt(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    cJSON *expected, *observed, *calls;
    struct job *silent;
    int count;

    if (calls_before(job->calls, "on_interrupt") == cJSON_GetArraySize(job->calls) && !printed_interrupt(job))
        return false;
    verdict->difference = 1;
    if (!on_interrupt_stands_right(job->calls, verdict))
        return true;
    expected = trace_expected(trace);
    silent = job_new(trace, true);
    if (!job_run_all(silent)) {
        verdict_fail(verdict, "was refused: %s", silent->why);
    } else {
        observed = trace_observed(silent);
        trace_matches(trace, expected, observed, verdict);
        cJSON_Delete(observed);
    }
    observed = trace_observed(job);
    calls = get(observed, "calls");
    count = cJSON_GetArraySize(calls);
    for (int i = count - 1; i >= 0; i--)
        if (is_call_on(cJSON_GetArrayItem(calls, i), "on_interrupt"))
            cJSON_DeleteItemFromArray(calls, i);
    if (verdict->outcome == CASE_OK &&
        cJSON_GetArraySize(calls) != cJSON_GetArraySize(get(expected, "calls")))
        verdict_fail(verdict, "calls besides those of on_interrupt differ in number");
    if (verdict->outcome == CASE_OK)
        calls_begin(calls, get(expected, "calls"), count, verdict);
    cJSON_Delete(observed);
    cJSON_Delete(expected);
    job_free(silent);
    return true;
}

/* ---- 2: ProgressBar counts a smaller last batch ---- */

static bool last_batch_is_smaller(const cJSON *trace)
{
    const cJSON *scheme = get(trace, "iteration_scheme");
    const cJSON *arguments = get(scheme, "args") ? get(scheme, "args") : scheme;
    const cJSON *examples =
        get(arguments, "examples") ? get(arguments, "examples") : get(arguments, "num_examples");
    const cJSON *size = get(arguments, "batch_size");
    int count;

    if (!examples)
        examples = get(arguments, "indices");
    if (!examples || !cJSON_IsNumber(size))
        return false;
    count = cJSON_IsArray(examples) ? cJSON_GetArraySize(examples) : (int)examples->valuedouble;
    return count % (int)size->valuedouble != 0;
}

static void count_one_more(cJSON *progress)
{
    cJSON *event;

    cJSON_ArrayForEach(event, progress)
    {
        cJSON *length = get(event, "max_value");

        if (cJSON_IsNumber(length))
            cJSON_SetNumberValue(length, length->valuedouble + 1);
    }
}

/* Everything up to the batch on which Blocks' bar breaks, and no error there. */
static bool decide_progress_bar(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    const struct comparison exact = { 0 };
    cJSON *expected, *observed;

    if (!last_batch_is_smaller(trace) || cJSON_GetArraySize(job->progress) == 0)
        return false;
    verdict->difference = 2;
    expected = trace_expected(trace);
    observed = trace_observed(job);
    count_one_more(get(expected, "progress_bar"));
    if (!refusal_is_possible(trace)) {
        trace_matches(trace, expected, observed, verdict);
    } else {
        int count = cJSON_GetArraySize(get(expected, "progress_bar"));
        cJSON *progress = get(observed, "progress_bar");

        if (strcmp(job_at(get(observed, "outcome")->child, "result", ""), "returned") != 0)
            verdict_fail(verdict, "raised: %s", job->why);
        calls_begin(get(observed, "calls"), get(expected, "calls"),
                    calls_before(get(expected, "calls"), "on_error"), verdict);
        while (cJSON_GetArraySize(progress) > count)
            cJSON_DeleteItemFromArray(progress, cJSON_GetArraySize(progress) - 1);
        json_matches(get(expected, "progress_bar"), progress, &exact, "progress_bar", verdict);
    }
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return true;
}

/* ---- 3: Checkpoint saves on errors ---- */

/* The null that stands for the failed save becomes the path. */
static bool mend_saves(const cJSON *trace, cJSON *expected)
{
    cJSON *call, *row;
    bool mended = false;

    cJSON_ArrayForEach(call, get(expected, "calls"))
    {
        const char *id = job_at(call, "ext", "");
        char key[32];

        if (!is_call_on(call, "on_error") || !is_of_type(trace, id, "Checkpoint"))
            continue;
        snprintf(key, sizeof key, "%lld", (long long)job_number(call, "iterations_done", 0));
        row = get(get(get(expected, "log"), key), "saved_to");
        if (!row || !cJSON_IsNull(cJSON_GetArrayItem(row, cJSON_GetArraySize(row) - 1)))
            continue;
        cJSON_DeleteItemFromArray(row, cJSON_GetArraySize(row) - 1);
        cJSON_AddItemToArray(
            row, cJSON_CreateString(job_at(get(entry_of(get(trace, "extensions"), id), "args"), "path", "")));
        mended = true;
    }
    return mended;
}

/* Nobody is starved of on_error: calls of it that Blocks does not make are left out, and what they write. */
static bool decide_checkpoint_on_error(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    const struct comparison exact = { 0 };
    cJSON *expected = trace_expected(trace), *observed, *calls;
    const cJSON *theirs;

    if (!mend_saves(trace, expected)) {
        cJSON_Delete(expected);
        return false;
    }
    verdict->difference = 3;
    observed = trace_observed(job);
    calls = get(observed, "calls");
    theirs = get(expected, "calls")->child;
    for (int i = 0; i < cJSON_GetArraySize(calls);) {
        struct verdict ignored = { 0 };
        const cJSON *ours = cJSON_GetArrayItem(calls, i);

        if (is_call_on(ours, "on_error") && !(theirs && json_matches(theirs, ours, &exact, "", &ignored))) {
            cJSON_DeleteItemFromArray(calls, i);
            continue;
        }
        theirs = theirs ? theirs->next : NULL;
        i++;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(expected, "files");
    trace_matches(trace, expected, observed, verdict);
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return true;
}

/* ---- 4: patience that is overdrawn stops ---- */

static bool is_patience(const cJSON *trace, const char *record)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, get(trace, "extensions"))
    {
        if (strcmp(job_at(get(extension, "args"), "patience_log_record", ""), record) == 0)
            return true;
    }
    return strstr(record, "_patience_iterations") || strstr(record, "_patience_epochs");
}

/* The row in which our training ended because of a patience below 0; NULL: none. */
static cJSON *overdrawn_row(const cJSON *trace, cJSON *log)
{
    cJSON *row, *record;

    cJSON_ArrayForEach(row, log)
    {
        cJSON_ArrayForEach(record, row)
        {
            if (is_patience(trace, record->string) && cJSON_IsNumber(record) && record->valuedouble < 0 &&
                cJSON_IsTrue(get(row, "training_finish_requested")))
                return row;
        }
    }
    return NULL;
}

static bool decide_patience(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    const struct comparison exact = { 0 };
    cJSON *expected = trace_expected(trace), *observed = trace_observed(job), *calls = get(observed, "calls"),
          *row;
    cJSON *last = overdrawn_row(trace, get(observed, "log"));
    bool met = last != NULL;

    if (met) {
        verdict->difference = 4;
        for (int i = cJSON_GetArraySize(calls) - 1;
             i >= 0 && is_call_on(cJSON_GetArrayItem(calls, i), "after_training"); i--)
            cJSON_DeleteItemFromArray(calls, i);
        calls_begin(get(expected, "calls"), calls, cJSON_GetArraySize(calls), verdict);
        cJSON_DeleteItemFromObjectCaseSensitive(last, "training_finish_requested");
        cJSON_DeleteItemFromObjectCaseSensitive(last, "training_finished");
        cJSON_ArrayForEach(row, get(observed, "log"))
        {
            json_matches(get(get(expected, "log"), row->string), row, &exact, "log", verdict);
        }
    }
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return met;
}

/* ---- 5: EarlyStopping saves the best wherever it is tracked ---- */

static const char *best_file_of(const cJSON *trace, const char *checkpoint)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, get(trace, "extensions"))
    {
        const cJSON *arguments = get(extension, "args");

        if (strcmp(job_at(arguments, "checkpoint_extension", ""), checkpoint) == 0)
            return job_at(arguments, "checkpoint_filename", NULL);
    }
    return NULL;
}

static void drop_save(cJSON *observed, const cJSON *call, const char *file)
{
    char key[32];
    cJSON *row, *saves;

    snprintf(key, sizeof key, "%lld", (long long)job_number(call, "iterations_done", 0));
    row = get(get(observed, "log"), key);
    saves = get(row, "saved_to");
    for (int i = 0; i < cJSON_GetArraySize(saves); i++) {
        if (strcmp(cJSON_GetArrayItem(saves, i)->valuestring, file) == 0) {
            cJSON_DeleteItemFromArray(saves, i);
            break;
        }
    }
    if (saves && !saves->child)
        cJSON_DeleteItemFromObjectCaseSensitive(row, "saved_to");
    if (row && !row->child)
        cJSON_DeleteItemFromObjectCaseSensitive(get(observed, "log"), key);
}

/* Saves of the best on other callbacks than after_batch are ours alone. */
static bool decide_best_saves(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    cJSON *expected = trace_expected(trace), *observed = trace_observed(job), *calls = get(observed, "calls");
    bool met = false;

    for (int i = cJSON_GetArraySize(calls) - 1; i >= 0; i--) {
        cJSON *call = cJSON_GetArrayItem(calls, i);
        const char *file = best_file_of(trace, job_at(call, "ext", ""));
        const cJSON *argument = cJSON_GetArrayItem(get(call, "args"), 0);

        if (!file || is_call_on(call, "after_batch") || !cJSON_IsString(argument) ||
            strcmp(argument->valuestring, file) != 0)
            continue;
        met = true;
        drop_save(observed, call, file);
        if (!get(get(expected, "files"), file + strlen("<dir>/")))
            cJSON_DeleteItemFromObjectCaseSensitive(get(observed, "files"), file + strlen("<dir>/"));
        cJSON_DeleteItemFromArray(calls, i);
    }
    if (met) {
        verdict->difference = 5;
        trace_matches(trace, expected, observed, verdict);
    }
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return met;
}

/* ---- 6: a file that does not fit changes nothing ---- */

static bool decide_load(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    cJSON *expected, *observed;

    if (!job->load_failed || !refusal_is_possible(trace))
        return false;
    verdict->difference = 6;
    expected = trace_expected(trace);
    observed = trace_observed(job);
    cJSON_DeleteItemFromObjectCaseSensitive(expected, "parameters");
    trace_matches(trace, expected, observed, verdict);
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return true;
}

/* ---- 9: load_log without load_iteration_state starts a fresh epoch ---- */

static bool loads_log_only(const cJSON *extensions)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, extensions)
    {
        const cJSON *arguments = get(extension, "args");

        if (strcmp(job_at(extension, "type", ""), "Load") == 0 && cJSON_IsTrue(get(arguments, "load_log")) &&
            !cJSON_IsTrue(get(arguments, "load_iteration_state")))
            return true;
        if (loads_log_only(get(extension, "sub_extensions")))
            return true;
    }
    return false;
}

/* Everything up to the error of Blocks, and none of ours. */
static bool decide_load_log(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    const cJSON *run, *outcome;
    cJSON *expected, *observed, *calls;
    bool met = loads_log_only(get(trace, "extensions"));

    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        met |= loads_log_only(get(run, "extensions"));
    }
    if (!met || !refusal_is_possible(trace))
        return false;
    verdict->difference = 9;
    expected = trace_expected(trace);
    observed = trace_observed(job);
    calls = get(expected, "calls");
    calls_begin(get(observed, "calls"), calls, calls_before(calls, "on_error"), verdict);
    cJSON_ArrayForEach(outcome, get(observed, "outcome"))
    {
        if (strcmp(job_at(outcome, "result", ""), "returned") != 0)
            verdict_fail(verdict, "raised: %s", job->why);
    }
    cJSON_Delete(expected);
    cJSON_Delete(observed);
    return true;
}

bool differences_decide(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    static bool (*const rules[])(const cJSON *trace, struct job *job, struct verdict *verdict) = {
        decide_on_interrupt, decide_progress_bar, decide_checkpoint_on_error,
        decide_patience,     decide_best_saves,   decide_load,
        decide_load_log,
    };

    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i](trace, job, verdict))
            return true;
    return false;
}
