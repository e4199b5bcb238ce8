/* tests/conformance/main.c -- conformance FOLDER|step_rules.json ...: what Blocks did against what Kiln does.
 *
 * One line per case, "ok NAME", "not ok NAME: first difference" or "skip NAME: reason", then the totals. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/text.h"
#include "engine/run.h"
#include "tests/conformance/compare.h"
#include "tests/conformance/job.h"
#include "tests/conformance/numeric.h"
#include "tests/conformance/trace_case.h"

struct totals {
    int passed, failed, skipped;
};

static cJSON *read_case(const char *path)
{
    FILE *file = fopen(path, "r");
    struct text text = { 0 };
    char bytes[65536];
    size_t count;
    cJSON *json;

    if (!file) {
        fprintf(stderr, "conformance: could not open %s\n", path);
        exit(2);
    }
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add_n(&text, bytes, count);
    fclose(file);
    json = json_of_case(text_bytes(&text));
    text_fini(&text);
    if (!json) {
        fprintf(stderr, "conformance: %s is not JSON\n", path);
        exit(2);
    }
    return json;
}

static void print_verdict(const char *name, const struct verdict *verdict, struct totals *totals)
{
    static const char *const words[] = {
        [CASE_OK] = "ok", [CASE_NOT_OK] = "not ok", [CASE_SKIPPED] = "skip"
    };

    printf("%s %s", words[verdict->outcome], name);
    for (const char *c = verdict->outcome == CASE_OK ? "" : verdict->reason; *c; c++) {
        if (c == verdict->reason)
            printf(": ");
        if (*c == '\n')
            printf("\\n");
        else
            putchar(*c);
    }
    if (verdict->outcome == CASE_OK && verdict->difference)
        printf(" # difference %d", verdict->difference);
    if (verdict->outcome != CASE_OK && verdict->unread[0])
        printf(" (%s)", verdict->unread);
    putchar('\n');
    if (verdict->outcome == CASE_OK && verdict->unread[0])
        fprintf(stderr, "note: %s: %s\n", name, verdict->unread);
    fflush(stdout);
    totals->passed += verdict->outcome == CASE_OK;
    totals->failed += verdict->outcome == CASE_NOT_OK;
    totals->skipped += verdict->outcome == CASE_SKIPPED;
}

static void run_case(const cJSON *json, struct totals *totals)
{
    struct verdict verdict = { 0 };

    if (cJSON_GetObjectItemCaseSensitive(json, "kind"))
        numeric_case(json, &verdict);
    else if (cJSON_GetObjectItemCaseSensitive(json, "gradients"))
        step_rule_case(json, &verdict);
    else
        trace_case(json, &verdict);
    print_verdict(job_at(json, "name", "?"), &verdict, totals);
}

static int is_case(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

/* A file of its own per case, or a list of cases. */
static void run_file(const char *path, struct totals *totals)
{
    cJSON *json = read_case(path);
    const cJSON *cases = cJSON_GetObjectItemCaseSensitive(json, "cases"), *item;

    if (cases) {
        cJSON_ArrayForEach(item, cases)
        {
            run_case(item, totals);
        }
    } else {
        run_case(json, totals);
    }
    cJSON_Delete(json);
}

static void run_folder(const char *folder, struct totals *totals)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_case, alphasort);

    for (int i = 0; i < count; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%.3000s/%.500s", folder, entries[i]->d_name);
        run_file(path, totals);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int count, char **arguments)
{
    struct totals totals = { 0 };
    struct error err;

    if (count < 2) {
        fprintf(stderr, "usage: conformance FOLDER|CASES.json ...\n");
        return 2;
    }
    if (!engine_start(NULL, &err)) {
        fprintf(stderr, "conformance: %s\n", err.message);
        return 2;
    }
    for (int i = 1; i < count; i++) {
        struct stat status;

        if (stat(arguments[i], &status) != 0) {
            fprintf(stderr, "conformance: there is no %s\n", arguments[i]);
            return 2;
        }
        if (S_ISDIR(status.st_mode))
            run_folder(arguments[i], &totals);
        else
            run_file(arguments[i], &totals);
    }
    printf("%d passed, %d failed, %d skipped\n", totals.passed, totals.failed, totals.skipped);
    return totals.failed ? 1 : 0;
}
