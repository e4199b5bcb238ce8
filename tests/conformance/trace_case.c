/* tests/conformance/trace_case.c -- see trace_case.h. */
#include "tests/conformance/trace_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/compare.h"
#include "tests/conformance/differences.h"
#include "tests/conformance/job.h"
#include "tests/conformance/members.h"
#include "tests/conformance/refusals.h"

/* ---- What is left out, and what is made comparable ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->valuestring, (*(cJSON *const *)b)->valuestring);
}

/* The order of parameters in their zip is not a promise. */
static void sort_texts(cJSON *array)
{
    int count = cJSON_GetArraySize(array);
    cJSON *items[256];

    for (int i = 0; i < count && i < 256; i++)
        items[i] = cJSON_DetachItemFromArray(array, 0);
    qsort(items, (size_t)count, sizeof items[0], by_text);
    for (int i = 0; i < count && i < 256; i++)
        cJSON_AddItemToArray(array, items[i]);
}

static void sort_files(cJSON *files)
{
    cJSON *file;

    cJSON_ArrayForEach(file, files)
    {
        sort_texts(cJSON_GetObjectItemCaseSensitive(file, "parameters_zip_members"));
    }
}

/* Types and words of errors are ours. */
static void strip_errors(cJSON *trace)
{
    cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(trace, "outcome"))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(item, "type");
        cJSON_DeleteItemFromObjectCaseSensitive(item, "message");
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(trace, "calls"))
    {
        if (cJSON_GetObjectItemCaseSensitive(item, "error"))
            cJSON_ReplaceItemInObjectCaseSensitive(item, "error", cJSON_CreateTrue());
    }
}

cJSON *trace_expected(const cJSON *trace)
{
    cJSON *expected = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(trace, "expected"), true);

    cJSON_DeleteItemFromObjectCaseSensitive(expected, "rows_present");
    strip_errors(expected);
    sort_files(cJSON_GetObjectItemCaseSensitive(expected, "files"));
    return expected;
}

cJSON *trace_observed(struct job *job)
{
    cJSON *observed = cJSON_CreateObject(), *files;
    int left;

    files = observe_files(job, &left);
    sort_files(files);
    cJSON_AddItemToObject(observed, "outcome", cJSON_Duplicate(job->outcome, true));
    cJSON_AddItemToObject(observed, "calls", cJSON_Duplicate(job->calls, true));
    cJSON_AddItemToObject(observed, "log", observe_log(job->stage->log));
    cJSON_AddItemToObject(observed, "status", observe_status(job));
    cJSON_AddItemToObject(observed, "status_after_each_run", cJSON_Duplicate(job->statuses, true));
    cJSON_AddItemToObject(observed, "variables", cJSON_Duplicate(job->histories, true));
    cJSON_AddItemToObject(observed, "parameters", scripted_model_values(job->stage->model));
    cJSON_AddItemToObject(observed, "stdout", cJSON_Duplicate(job->output, true));
    cJSON_AddItemToObject(observed, "progress_bar", cJSON_Duplicate(job->progress, true));
    cJSON_AddItemToObject(observed, "files", files);
    cJSON_AddNumberToObject(observed, "temporary_files_left", left);
    strip_errors(observed);
    return observed;
}

/* ---- Printed text ---- */

static const char *line_end(const char *text)
{
    const char *end = strchr(text, '\n');

    return end ? end : text + strlen(text);
}

static bool is_mark(const char *text)
{
    static const char *const marks[] = { "<traceback", "<seconds>", "<timestamp" };

    for (size_t i = 0; i < COUNT(marks); i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

/* sqlite prints booleans as numbers. */
static bool take_boolean(const char **text, int *out)
{
    static const struct {
        const char *word;
        int number;
    } words[] = { { "True\n", 1 }, { "False\n", 0 }, { "1\n", 1 }, { "0\n", 0 } };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (strncmp(*text, words[i].word, strlen(words[i].word)) == 0) {
            *text += strlen(words[i].word) - 1;
            *out = words[i].number;
            return true;
        }
    }
    return false;
}

static bool texts_match(const char *expected, const char *observed, bool sqlite)
{
    while (*expected) {
        int wanted, got;

        if (is_mark(expected)) {
            expected = line_end(expected);
            observed = line_end(observed);
        } else if (sqlite && take_boolean(&expected, &wanted)) {
            if (!take_boolean(&observed, &got) || wanted != got)
                return false;
        } else if (*expected++ != *observed++) {
            return false;
        }
    }
    return !*observed;
}

/* To the lines in which two texts differ first. */
static void to_first_difference(const char **a, const char **b)
{
    while (line_end(*a) - *a == line_end(*b) - *b && **a &&
           strncmp(*a, *b, (size_t)(line_end(*a) - *a) + 1) == 0) {
        *b = line_end(*b) + (*line_end(*b) == '\n');
        *a = line_end(*a) + (*line_end(*a) == '\n');
    }
}

static bool outputs_match(const cJSON *expected, const cJSON *observed, bool sqlite, struct verdict *verdict)
{
    const cJSON *theirs, *ours = observed->child;
    int run = 0;

    cJSON_ArrayForEach(theirs, expected)
    {
        if (!ours || !texts_match(theirs->valuestring, ours->valuestring, sqlite)) {
            const char *wanted = theirs->valuestring, *got = ours ? ours->valuestring : "";

            to_first_difference(&wanted, &got);
            return verdict_fail(verdict, "stdout[%d]: expected \"%.100s\", observed \"%.100s\"", run, wanted,
                                got);
        }
        ours = ours->next;
        run++;
    }
    return true;
}

/* ---- Comparing ---- */

/* The records named in `expected`, exactly as they are there. */
static bool clock_matches(const cJSON *expected, const cJSON *log, const struct comparison *comparison,
                          struct verdict *verdict)
{
    const cJSON *row, *record;

    cJSON_ArrayForEach(row, expected)
    {
        const cJSON *ours = cJSON_GetObjectItemCaseSensitive(log, row->string);

        cJSON_ArrayForEach(record, row)
        {
            if (!json_matches(record, cJSON_GetObjectItemCaseSensitive(ours, record->string), comparison,
                              record->string, verdict))
                return false;
        }
    }
    return true;
}

bool trace_matches(const cJSON *trace, const cJSON *expected, const cJSON *observed, struct verdict *verdict)
{
    bool sqlite = strcmp(job_at(trace, "log_backend", ""), "sqlite") == 0;
    struct comparison comparison = { .tolerant = cJSON_GetObjectItemCaseSensitive(trace, "data") ||
                                                 cJSON_GetObjectItemCaseSensitive(trace, "tensor_job"),
                                     .numeric_booleans = sqlite };
    const struct comparison of_clock = { .tolerant = true };
    const cJSON *member;

    cJSON_ArrayForEach(member, expected)
    {
        const cJSON *ours = cJSON_GetObjectItemCaseSensitive(observed, member->string);
        bool match;

        if (strcmp(member->string, "stdout") == 0)
            match = outputs_match(member, ours, sqlite, verdict);
        else if (strcmp(member->string, "virtual_clock_log") == 0)
            match =
                clock_matches(member, cJSON_GetObjectItemCaseSensitive(observed, "log"), &of_clock, verdict);
        else
            match = json_matches(member, ours, &comparison, member->string, verdict);
        if (!match)
            return false;
    }
    return true;
}

static void decide(const cJSON *trace, struct job *job, struct verdict *verdict)
{
    cJSON *expected = trace_expected(trace), *observed = trace_observed(job);
    struct verdict adapted = { 0 };

    if (!trace_matches(trace, expected, observed, verdict) && differences_decide(trace, job, &adapted))
        *verdict = adapted;
    if (verdict->outcome == CASE_NOT_OK && job->why[0]) {
        size_t length = strlen(verdict->reason);

        snprintf(verdict->reason + length, sizeof verdict->reason - length, " (the last run raised: %.200s)",
                 job->why);
    }
    cJSON_Delete(expected);
    cJSON_Delete(observed);
}

/* A batch whose fetching fails may be gone or come again: what the format says fits both. */
static bool has_two_readings(const cJSON *trace)
{
    const cJSON *fault, *runs = cJSON_GetObjectItemCaseSensitive(trace, "runs");

    cJSON_ArrayForEach(fault, cJSON_GetObjectItemCaseSensitive(trace, "faults"))
    {
        if (strcmp(job_at(fault, "where", ""), "read_data") == 0 &&
            cJSON_GetObjectItemCaseSensitive(fault, "error"))
            return cJSON_GetArraySize(runs) > 1;
    }
    return false;
}

static void play(const cJSON *trace, bool keeps_failed_batch, struct verdict *verdict)
{
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(trace, "expected");
    bool untyped = refusal_is_due(trace);
    bool must_fail = cJSON_GetObjectItemCaseSensitive(expected, "construction_error") != NULL;
    struct job *job = job_new(trace, false);

    job->keeps_failed_batch = keeps_failed_batch;
    trace_note_unread(trace, verdict);
    if (job_run_all(job)) {
        if (untyped || must_fail)
            verdict_fail(verdict, "was not refused");
        else
            decide(trace, job, verdict);
    } else if (untyped) {
        verdict->difference = 8;
    } else if (!must_fail) {
        verdict->difference = 7;
        if (!refusal_is_possible(trace))
            verdict_fail(verdict, "was refused: %s", job->why);
    }
    job_free(job);
}

void trace_case(const cJSON *trace, struct verdict *verdict)
{
    struct verdict other = { 0 };

    if (!cJSON_GetObjectItemCaseSensitive(trace, "expected")) {
        verdict_fail(verdict, "it expects nothing");
        return;
    }
    play(trace, false, verdict);
    if (verdict->outcome == CASE_OK || !has_two_readings(trace))
        return;
    play(trace, true, &other);
    if (other.outcome == CASE_OK)
        *verdict = other;
}
