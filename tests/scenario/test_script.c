/* tests/scenario/test_script.c -- jobs whose extensions are written in Lua: a good one repeats bit by bit
 * beside hostile ones, which fail with their place; a drained one goes on with its state. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/scenario/fixture.h"

/* The example, with an extension more in front, or with an end of its own after so many epochs. */
static char *example(const char *extension, int epochs)
{
    char path[512], *text, *printed;
    cJSON *definition;

    snprintf(path, sizeof path, "%s/examples/lua-extensions.json",
             getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".");
    text = file_text(path, NULL);
    definition = cJSON_Parse(text);
    ck_assert_ptr_nonnull(definition);
    cJSON *list = cJSON_GetObjectItem(definition, "extensions");
    if (extension)
        cJSON_InsertItemInArray(list, 0, cJSON_Parse(extension));
    if (epochs) {
        char ending[256];
        snprintf(ending, sizeof ending,
                 "{\"type\": \"SimpleExtension\", \"name\": \"late\", \"after_n_epochs\": %d, \"do\": "
                 "\"function(self) self.main_loop.log.current_row.training_finish_requested = true end\"}",
                 epochs);
        cJSON_ReplaceItemInArray(list, cJSON_GetArraySize(list) - 1, cJSON_Parse(ending));
    }
    printed = cJSON_PrintUnformatted(definition);
    cJSON_Delete(definition);
    free(text);
    return printed;
}

/* All records of a job that succeeds, one per line: where pages end does not count. */
static char *records_of(const char *id)
{
    cJSON *rows = job_log(&kilnd, id);
    const cJSON *row, *record;
    char *text = NULL;
    size_t length = 0;
    FILE *lines = open_memstream(&text, &length);

    cJSON_Delete(job_wait(&kilnd, id, "succeeded"));
    cJSON_ArrayForEach(row, rows)
    {
        cJSON_ArrayForEach(record, cJSON_GetObjectItem(row, "records"))
        {
            char *value = cJSON_PrintUnformatted(record);
            fprintf(lines, "%.0f %s %s\n", json_number(row, "iteration"), record->string, value);
            free(value);
        }
    }
    fclose(lines);
    cJSON_Delete(rows);
    return text;
}

static const struct {
    const char *extension, *code, *pointer;
} hostile[] = {
    { "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self) while true do end end\"}",
      "script_budget", "/extensions/0/after_batch" },
    { "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) for i = 1, math.huge "
      "do self[i] = {} end end\"}",
      "script_budget", "/extensions/0/do" },
    { "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) os.exit(1) end\"}",
      "script", "/extensions/0/do" },
    { "{\"type\": \"SimpleExtension\", \"before_training\": true, \"do\": \"function(self) error({}) end\"}",
      "script", "/extensions/0/do" },
};
enum { HOSTILE_COUNT = sizeof hostile / sizeof *hostile };

START_TEST(hostile_jobs_fail_alone)
{
    char quiet[2][64], ids[HOSTILE_COUNT][64], *definition = example(NULL, 0), *alone, *beside;

    job_submit(&kilnd, definition, quiet[0]);
    alone = records_of(quiet[0]);
    job_submit(&kilnd, definition, quiet[1]);
    for (int i = 0; i < HOSTILE_COUNT; i++) {
        char *text = example(hostile[i].extension, 0);
        job_submit(&kilnd, text, ids[i]);
        free(text);
    }
    for (int i = 0; i < HOSTILE_COUNT; i++) {
        cJSON *job = job_wait(&kilnd, ids[i], "failed");
        const cJSON *error = cJSON_GetObjectItem(job, "error");
        ck_assert_str_eq(json_text(error, "code"), hostile[i].code);
        ck_assert_str_eq(json_text(error, "pointer"), hostile[i].pointer);
        ck_assert_ptr_nonnull(json_text(error, "message"));
        cJSON_Delete(job);
    }
    beside = records_of(quiet[1]);
    ck_assert_same_text(alone, beside);
    free(alone);
    free(beside);
    free(definition);
}
END_TEST

/* 500 epochs, broken off by a drain somewhere in the middle. */
START_TEST(a_drained_job_goes_on_with_its_state)
{
    char ids[2][64], *definition = example(NULL, 500), *whole, *pieces;
    cJSON *job;

    job_submit(&kilnd, definition, ids[0]);
    whole = records_of(ids[0]);
    job_submit(&kilnd, definition, ids[1]);
    cJSON_Delete(job_wait(&kilnd, ids[1], "running"));
    ck_assert_int_eq(kilnd_stop(&kilnd, SIGTERM), 0);
    kilnd_start(&kilnd, "2");
    pieces = records_of(ids[1]);
    job = job_wait(&kilnd, ids[1], NULL);
    ck_assert_msg(json_number(job, "attempt") >= 2, "the job was done before the drain");
    cJSON_Delete(job);
    ck_assert_same_text(whole, pieces);
    free(whole);
    free(pieces);
    free(definition);
}
END_TEST

Suite *script_suite(void)
{
    Suite *suite = suite_create("script");
    TCase *tcase = scenario_case("script", 2);

    tcase_add_test(tcase, hostile_jobs_fail_alone);
    tcase_add_test(tcase, a_drained_job_goes_on_with_its_state);
    suite_add_tcase(suite, tcase);
    return suite;
}
