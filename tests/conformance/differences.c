/* tests/conformance/differences.c -- see differences.h; the numbers are those of the list in the
 * documentation. */
#include "tests/conformance/differences.h"

#include <stdio.h>
#include <string.h>

#include "tests/conformance/compare.h"
#include "tests/conformance/trace_case.h"

/* What was expected, and what the job as it stands did. */
struct evidence {
    const cJSON *trace;
    const struct job *job;
    cJSON *expected, *observed;
};

static cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is_call_on(const cJSON *call, const char *callback)
{
    return strcmp(job_at(call, "callback", ""), callback) == 0;
}

/* Whether some entry, also inside others and of later runs, satisfies `test`. */
typedef bool entry_test(const cJSON *entry);

static bool some_entry_in(const cJSON *entries, entry_test *test)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, entries)
    {
        if (test(entry) || some_entry_in(get(entry, "sub_extensions"), test))
            return true;
    }
    return false;
}

static bool some_entry(const cJSON *trace, entry_test *test)
{
    const cJSON *run;

    cJSON_ArrayForEach(run, get(trace, "runs"))
    {
        if (some_entry_in(get(run, "extensions"), test))
            return true;
    }
    return some_entry_in(get(trace, "extensions"), test);
}

static bool is_type(const cJSON *entry, const char *type)
{
    return strcmp(job_at(entry, "type", ""), type) == 0;
}

/* ---- 1: on_interrupt is dispatched, in front of after_training ---- */

static bool met_interrupt(const struct evidence *evidence)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, get(evidence->observed, "calls"))
    {
        if (is_call_on(item, "on_interrupt"))
            return true;
    }
    cJSON_ArrayForEach(item, get(evidence->observed, "stdout"))
    {
        if (strstr(item->valuestring, "TRAINING HAS BEEN INTERRUPTED"))
            return true;
    }
    return false;
}

static bool check_interrupt(const struct evidence *evidence, struct verdict *verdict)
{
    const cJSON *call, *next;

    cJSON_ArrayForEach(call, get(evidence->observed, "calls"))
    {
        next = call->next;
        if (is_call_on(call, "on_interrupt") && next &&
            job_number(next, "run", 0) == job_number(call, "run", 0) && !is_call_on(next, "on_interrupt") &&
            !is_call_on(next, "after_training") && !is_call_on(next, "on_error"))
            return verdict_fail(verdict, "on_interrupt is not followed by after_training");
    }
    return true;
}

/* ---- 2: ProgressBar counts a smaller last batch ---- */

static bool met_progress(const struct evidence *evidence)
{
    const struct comparison exact = { 0 };
    struct verdict ignored = { 0 };
    cJSON *expected = get(evidence->expected, "progress_bar");

    return expected && evidence->job->last_batch_is_smaller &&
           !json_matches(expected, get(evidence->observed, "progress_bar"), &exact, "", &ignored);
}

static bool is_load(const cJSON *entry)
{
    return is_type(entry, "Load");
}

/* The bar is as long as the epoch with its last batch, and never overrun, unless the position in the data
 * went back. */
static bool check_progress(const struct evidence *evidence, struct verdict *verdict)
{
    const cJSON *event;
    double length = 0;

    if (some_entry(evidence->trace, is_load))
        return true;
    cJSON_ArrayForEach(event, get(evidence->observed, "progress_bar"))
    {
        length = job_number(event, "max_value", length);
        if (job_number(event, "value", 0) > length)
            return verdict_fail(verdict, "the progress bar was overrun");
    }
    return true;
}

/* ---- 3: Checkpoint saves on errors ---- */

static bool saves_on_error(const cJSON *entry)
{
    const cJSON *condition, *callback;

    if (!is_type(entry, "Checkpoint"))
        return false;
    cJSON_ArrayForEach(condition, get(entry, "conditions"))
    {
        cJSON_ArrayForEach(callback, get(condition, "callbacks"))
        {
            if (cJSON_IsString(callback) && strcmp(callback->valuestring, "on_error") == 0)
                return true;
        }
    }
    return cJSON_IsTrue(get(get(entry, "triggers"), "on_error"));
}

static bool met_saves_on_error(const struct evidence *evidence)
{
    return some_entry(evidence->trace, saves_on_error);
}

/* ---- 4: patience that is overdrawn stops ---- */

static bool is_overdrawn(const cJSON *record)
{
    return cJSON_IsNumber(record) && record->valuedouble < 0;
}

static bool met_patience(const struct evidence *evidence)
{
    return evidence->job->patience_was_overdrawn;
}

static bool check_patience(const struct evidence *evidence, struct verdict *verdict)
{
    const cJSON *row, *record;

    cJSON_ArrayForEach(row, get(evidence->observed, "log"))
    {
        cJSON_ArrayForEach(record, row)
        {
            if (strstr(record->string, "_patience_") && is_overdrawn(record) &&
                !get(row, "training_finish_requested"))
                return verdict_fail(verdict, "row %s has overdrawn its patience and goes on", row->string);
        }
    }
    return true;
}

/* ---- 5: EarlyStopping saves the best wherever it is tracked ---- */

static bool saves_the_best(const cJSON *entry)
{
    return is_type(entry, "EarlyStopping") && get(get(entry, "args"), "checkpoint_extension");
}

static bool met_best(const struct evidence *evidence)
{
    return some_entry(evidence->trace, saves_the_best);
}

/* ---- 6: a file that does not fit changes nothing ---- */

static bool met_load(const struct evidence *evidence)
{
    return evidence->job->load_failed;
}

/* ---- 9: load_log without load_iteration_state starts a fresh epoch ---- */

static bool loads_log_only(const cJSON *entry)
{
    const cJSON *arguments = get(entry, "args");

    return is_type(entry, "Load") && cJSON_IsTrue(get(arguments, "load_log")) &&
           !cJSON_IsTrue(get(arguments, "load_iteration_state"));
}

static bool met_load_log(const struct evidence *evidence)
{
    return some_entry(evidence->trace, loads_log_only);
}

/* ---- Deciding ---- */

static const struct {
    int number;
    bool (*met)(const struct evidence *evidence);
    bool (*check)(const struct evidence *evidence, struct verdict *verdict); /* of the job as it stands */
} rules[] = {
    { 1, met_interrupt, check_interrupt },
    { 2, met_progress, check_progress },
    { 3, met_saves_on_error, NULL },
    { 4, met_patience, check_patience },
    { 5, met_best, NULL },
    { 6, met_load, NULL },
    { 9, met_load_log, NULL },
};

/* The job with every difference undone has to do what Blocks did. */
static void compare_as_in_blocks(const cJSON *trace, const struct job *as_it_stands, const cJSON *expected,
                                 struct verdict *verdict)
{
    struct job *job = job_new(trace, true);
    cJSON *observed;

    job->keeps_failed_batch = as_it_stands->keeps_failed_batch;
    if (job_run_all(job)) {
        observed = trace_observed(job);
        if (job->load_failed)
            cJSON_DeleteItemFromObjectCaseSensitive(observed, "parameters");
        trace_matches(trace, expected, observed, verdict);
        cJSON_Delete(observed);
    } else {
        verdict_fail(verdict, "was refused: %s", job->why);
    }
    job_free(job);
}

bool differences_decide(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    struct evidence evidence = { trace, job, trace_expected(trace), trace_observed(job) };

    for (size_t i = 0; i < COUNT(rules); i++) {
        if (!rules[i].met(&evidence))
            continue;
        if (!verdict->difference)
            verdict->difference = rules[i].number;
        if (rules[i].check)
            rules[i].check(&evidence, verdict);
    }
    if (job->load_failed)
        cJSON_DeleteItemFromObjectCaseSensitive(evidence.expected, "parameters");
    if (verdict->difference)
        compare_as_in_blocks(trace, job, evidence.expected, verdict);
    cJSON_Delete(evidence.expected);
    cJSON_Delete(evidence.observed);
    return verdict->difference != 0;
}
