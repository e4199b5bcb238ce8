/* tests/scenario/test_digits.c -- the main job: submit, follow, download; twice the same bits. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/fixture.h"

static char *digits(void)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/examples/digits.json",
             getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".");
    return file_text(path, NULL);
}

/* The newest value of a record; NaN when it was never written. */
static double last_record(const cJSON *rows, const char *name)
{
    double value = 0.0 / 0.0;
    const cJSON *row;

    cJSON_ArrayForEach(row, rows)
    {
        const cJSON *record =
            cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(row, "records"), name);
        if (cJSON_IsNumber(record))
            value = record->valuedouble;
    }
    return value;
}

/* Wall-clock records differ from run to run; the others must not. */
static void strip_times(cJSON *rows)
{
    cJSON *row, *record, *next;

    cJSON_ArrayForEach(row, rows)
    {
        cJSON *records = cJSON_GetObjectItemCaseSensitive(row, "records");
        for (record = records->child; record; record = next) {
            next = record->next;
            if (strncmp(record->string, "time_", 5) == 0)
                cJSON_Delete(cJSON_DetachItemViaPointer(records, record));
        }
    }
}

START_TEST(the_digits_job_learns_and_repeats_bit_by_bit)
{
    char *definition = digits(), path[256], *texts[2];
    struct answer parameters[2];

    for (int run = 0; run < 2; run++) {
        char id[64];
        job_submit(&kilnd, definition, id);
        cJSON *rows = job_log(&kilnd, id);
        ck_assert_double_lt(last_record(rows, "valid_error_rate"), 0.04);
        ck_assert_double_lt(last_record(rows, "train_cost"), 0.2);
        cJSON *job = job_wait(&kilnd, id, NULL);
        ck_assert_str_eq(json_text(job, "state"), "succeeded");
        ck_assert_double_eq(json_number(cJSON_GetObjectItem(job, "progress"), "iterations_done"), 600);
        ck_assert_double_eq(json_number(cJSON_GetObjectItem(job, "progress"), "epochs_done"), 20);
        cJSON_Delete(job);
        strip_times(rows);
        texts[run] = cJSON_PrintUnformatted(rows);
        cJSON_Delete(rows);
        snprintf(path, sizeof(path), "/v1/jobs/%s/checkpoints/best.tar/parameters.npz", id);
        parameters[run] = ask_get(&kilnd, path);
        ck_assert_int_eq(parameters[run].status, 200);
    }
    ck_assert_same_text(texts[0], texts[1]);
    ck_assert_uint_eq(parameters[0].length, parameters[1].length);
    ck_assert_mem_eq(parameters[0].body, parameters[1].body, parameters[0].length);
    for (int run = 0; run < 2; run++) {
        free(texts[run]);
        answer_free(&parameters[run]);
    }
    free(definition);
}
END_TEST

START_TEST(a_checkpoint_can_be_listed_downloaded_in_parts_and_read_by_numpy)
{
    char *definition = digits(), id[64], path[256], file[256], *printed;

    job_submit(&kilnd, definition, id);
    cJSON_Delete(job_wait(&kilnd, id, "succeeded"));
    snprintf(path, sizeof(path), "/v1/jobs/%s/checkpoints", id);
    struct answer list = ask_get(&kilnd, path);
    ck_assert_int_eq(list.status, 200);
    ck_assert_int_ge(cJSON_GetArraySize(cJSON_GetObjectItem(list.json, "items")), 3);
    answer_free(&list);

    snprintf(path, sizeof(path), "/v1/jobs/%s/checkpoints/best.tar/archive", id);
    struct answer whole = ask_get(&kilnd, path);
    ck_assert_int_eq(whole.status, 200);
    ck_assert_ptr_nonnull(strstr(whole.headers, "sha256-"));
    struct answer part = ask(&kilnd, "GET", path, NULL, 0, (const char *[]){ "Range: bytes=100-611", NULL });
    ck_assert_int_eq(part.status, 206);
    ck_assert_uint_eq(part.length, 512);
    ck_assert_mem_eq(part.body, whole.body + 100, 512);
    struct answer head = ask(&kilnd, "HEAD", path, NULL, 0, NULL);
    ck_assert_int_eq(head.status, 200);
    ck_assert_uint_eq(head.length, 0);

    snprintf(file, sizeof(file), "%s/best.tar", kilnd.data);
    FILE *out = fopen(file, "wb");
    ck_assert_uint_eq(fwrite(whole.body, 1, whole.length, out), whole.length);
    fclose(out);
    ck_assert_int_eq(
        command(
            &printed,
            "cd %s && tar -xf best.tar _parameters && /usr/bin/python3 -c \"import numpy as n; "
            "z = n.load('_parameters'); print(sorted((k, z[k].shape, str(z[k].dtype)) for k in z.files))\"",
            kilnd.data),
        0);
    ck_assert_str_eq(printed,
                     "[('|mlp|linear_0.W', (64, 128), 'float32'), ('|mlp|linear_0.b', (128,), 'float32'), "
                     "('|mlp|linear_1.W', (128, 10), 'float32'), ('|mlp|linear_1.b', (10,), 'float32')]\n");
    free(printed);
    answer_free(&head);
    answer_free(&part);
    answer_free(&whole);
    free(definition);
}
END_TEST

Suite *digits_suite(void)
{
    Suite *suite = suite_create("digits");
    TCase *tests = scenario_case("digits", 2);

    tcase_add_test(tests, the_digits_job_learns_and_repeats_bit_by_bit);
    tcase_add_test(tests, a_checkpoint_can_be_listed_downloaded_in_parts_and_read_by_numpy);
    suite_add_tcase(suite, tests);
    return suite;
}
