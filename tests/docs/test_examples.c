/* tests/docs/test_examples.c -- every example of docs/extensions.md is a part of a job that can be run, and
 * is.
 *
 * An example is one extension, or a list of them.  It takes part in the job of examples/digits.json, behind
 * an extension that writes the records which examples read; the job ends after two epochs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/data/shipped_dataset.h"
#include "engine/run.h"
#include "tests/docs/read_page.h"
#include "tests/docs/suites.h"

enum { EXAMPLES_MAX = 64 };

static const char writer[] =
    "{\"type\": \"DataStreamMonitoring\", \"name\": \"first\", \"data_stream\": \"valid\","
    " \"variables\": [\"cost\", \"error_rate\"], \"prefix\": \"valid\"}";
static const char ending[] = "{\"type\": \"FinishAfter\", \"name\": \"last\", \"after_n_epochs\": 2}";

static cJSON *digits; /* the definition */
static cJSON *examples[EXAMPLES_MAX];
static size_t example_count;
static char store[] = "/tmp/kiln-docs.XXXXXX";

static void collect_examples(const char *page)
{
    static const char fence[] = "```json\n";

    for (const char *at = page; (at = strstr(at, fence)) != NULL;) {
        const char *start = at + strlen(fence), *end = strstr(start, "\n```");

        ck_assert_uint_lt(example_count, EXAMPLES_MAX);
        ck_assert_msg(end != NULL, "an example has no end");
        examples[example_count] = cJSON_ParseWithLength(start, (size_t)(end - start));
        ck_assert_msg(examples[example_count] != NULL, "not JSON: %.*s", (int)(end - start), start);
        example_count++;
        at = end;
    }
}

static void set_up(void)
{
    struct text page = { 0 }, definition = { 0 };
    struct error err;

    if (!engine_start(NULL, &err))
        ck_abort_msg("%s", err.message);
    read_page("../examples/digits.json", &definition);
    digits = cJSON_Parse(text_bytes(&definition));
    ck_assert_ptr_nonnull(digits);
    read_page("extensions.md", &page);
    collect_examples(text_bytes(&page));
    ck_assert_ptr_nonnull(mkdtemp(store));
    text_fini(&page);
    text_fini(&definition);
}

static void tear_down(void)
{
    char command[sizeof store + 16];

    for (size_t i = 0; i < example_count; i++)
        cJSON_Delete(examples[i]);
    cJSON_Delete(digits);
    snprintf(command, sizeof command, "rm -rf '%s'", store);
    ck_assert_int_eq(system(command), 0);
}

/* The digits job with `example` among its extensions. */
static char *job_with(const cJSON *example)
{
    cJSON *list = cJSON_CreateArray(), *copy = cJSON_Duplicate(example, true);
    char *text;

    cJSON_AddItemToArray(list, cJSON_Parse(writer));
    if (cJSON_IsArray(copy)) {
        while (copy->child)
            cJSON_AddItemToArray(list, cJSON_DetachItemFromArray(copy, 0));
        cJSON_Delete(copy);
    } else {
        cJSON_AddItemToArray(list, copy);
    }
    cJSON_AddItemToArray(list, cJSON_Parse(ending));
    cJSON_ReplaceItemInObjectCaseSensitive(digits, "extensions", list);
    text = cJSON_PrintUnformatted(digits);
    return text;
}

static bool open_shipped(void *context, const char *name, struct dataset **out, struct error *err)
{
    (void)context;
    return dataset_open_shipped(name, out, err);
}

static bool place(void *context, const char *name, bool automatic, char out_file[PATH_MAX], struct error *err)
{
    (void)context, (void)automatic, (void)err;
    snprintf(out_file, PATH_MAX, "%s/%s", store, name);
    return true;
}

static bool find_none(void *context, const char *name, char out_file[PATH_MAX], struct error *err)
{
    (void)context, (void)out_file;
    return RAISE(err, ERROR_NOT_FOUND, NULL, "there is no checkpoint \"%s\"", name);
}

static void train(const struct definition *definition, const char *name)
{
    const struct sink sink = { .checkpoint_place = place, .checkpoint_find = find_none };
    struct control control = { 0 };
    struct run *run;
    struct error err = { 0 };
    enum run_outcome outcome;

    run = run_new(definition, &(struct run_options){ .sink = &sink, .control = &control }, &err);
    ck_assert_msg(run != NULL, "%s: %s", name, err.message);
    outcome = run_train(run, &err);
    ck_assert_msg(outcome == RUN_FINISHED, "%s: outcome %d: %s", name, outcome, err.message);
    run_free(run);
}

START_TEST(examples_can_be_run)
{
    const struct dataset_source datasets = { .open = open_shipped };

    ck_assert_uint_gt(example_count, 0);
    for (size_t i = 0; i < example_count; i++) {
        char *example = cJSON_PrintUnformatted(examples[i]), *text = job_with(examples[i]);
        struct error_list errors = { 0 };
        struct definition *definition = definition_read(text, strlen(text), &datasets, &errors);

        ck_assert_msg(definition != NULL, "%s: %s: %s", example, errors.items[0].pointer,
                      errors.items[0].message);
        train(definition, example);
        definition_free(definition);
        error_list_fini(&errors);
        free(text);
        free(example);
    }
}
END_TEST

/* Otherwise a page without examples would pass. */
START_TEST(every_extension_has_an_example)
{
    struct text page = { 0 };

    read_page("extensions.md", &page);
    for (const char *heading = text_bytes(&page); (heading = strstr(heading, "\n### ")) != NULL; heading++) {
        const char *next = strstr(heading + 1, "\n#"), *example = strstr(heading, "\n```json\n");

        ck_assert_msg(example && (!next || example < next), "%.40s has no example", heading + 1);
    }
    text_fini(&page);
}
END_TEST

Suite *examples_suite(void)
{
    Suite *suite = suite_create("examples");
    TCase *tcase = tcase_create("examples");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, examples_can_be_run);
    tcase_add_test(tcase, every_extension_has_an_example);
    suite_add_tcase(suite, tcase);
    return suite;
}
