/* tests/api/test_jobs.c -- submit, list, read, interrupt, cancel, delete: what a client of jobs goes through.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/api/endpoint_suites.h"
#include "tests/api/service_fixture.h"

static char definition[16384], id[IDENTIFIER_TEXT_BYTES];

static void open_jobs(void)
{
    char path[4096];
    FILE *file;

    service_open();
    snprintf(path, sizeof(path), "%s/examples/digits.json", getenv("KILN_SOURCE"));
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    definition[fread(definition, 1, sizeof(definition) - 1, file)] = '\0';
    fclose(file);
}

static void submit(void)
{
    ask_with("POST /v1/jobs", JSON_HEADERS, definition);
    ck_status(201);
    snprintf(id, sizeof(id), "%s", text("id"));
}

/* "GET /v1/jobs/ID/log" */
static const char *line(const char *method, const char *rest)
{
    static char out[1024];

    snprintf(out, sizeof(out), "%s /v1/jobs/%s%s", method, id, rest);
    return out;
}

START_TEST(a_submitted_job_is_queued)
{
    char location[64];

    submit();
    snprintf(location, sizeof(location), "/v1/jobs/%s", id);
    ck_assert_str_eq(answer_header("Location"), location);
    ck_assert_str_eq(text("name"), "digits");
    ck_assert_str_eq(text("state"), "queued");
    ck_assert_str_eq(text("labels/team"), "vision");
    ck_assert(cJSON_IsFalse(member("terminal")));
    ck_assert(cJSON_IsNull(member("reason")));
    ck_assert(cJSON_IsNull(member("error")));
    ck_assert(cJSON_IsNull(member("started_at")));
    ck_assert(cJSON_IsNull(member("progress/eta_s")));
    ck_assert(cJSON_IsObject(member("status")));
    ck_assert(cJSON_IsObject(member("latest")));
    ck_assert_uint_eq(strlen(text("created_at")), strlen("2026-01-02T03:04:05.678Z"));
    ask(line("GET", "/log"));
    ck_status(200);
    ask(line("GET", "/definition"));
    ck_status(200);
    ck_assert_str_eq(answer.body, definition);
}
END_TEST

START_TEST(a_dry_run_stores_nothing)
{
    ask_with("POST /v1/jobs?dry_run=true", JSON_HEADERS, definition);
    ck_status(200);
    ck_assert(cJSON_IsObject(answer.json));
    ask("GET /v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 0);
}
END_TEST

/* Whether a job is started is not guessed. */
START_TEST(a_dry_run_is_true_or_false)
{
    static const char *const values[] = { "=1", "=0", "=yes", "=TRUE", "=", "" };

    for (size_t i = 0; i < COUNT(values); i++) {
        struct text request = { 0 };

        text_format(&request, "POST /v1/jobs?dry_run%s", values[i]);
        ask_with(text_bytes(&request), JSON_HEADERS, definition);
        ck_status(400);
        ck_assert_ptr_nonnull(strstr(text("detail"), "\"dry_run\": true or false is needed, not \""));
        text_fini(&request);
    }
    ask("GET /v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 0);
    ask_with("POST /v1/jobs?dry_run=false", JSON_HEADERS, definition);
    ck_status(201);
}
END_TEST

/* Bodies that are no definition. */
static const struct {
    const char *body;
    size_t length; /* 0: up to the NUL */
    unsigned status;
    const char *problem;
} bodies[] = {
    { "", 0, 400, "malformed-json" },
    { "hello", 0, 400, "malformed-json" },
    { "{\"name\":\"a\",}", 0, 400, "malformed-json" },
    { "{\"name\":\"a\"} x", 0, 400, "malformed-json" },
    { "{\"seed\":NaN}", 0, 400, "malformed-json" },
    { "{\"seed\":01}", 0, 400, "malformed-json" },
    { "{\"seed\":1e999}", 0, 422, "validation-failed" },
    { "{\"seed\":9007199254740993}", 0, 422, "validation-failed" },
    { "{\"seed\":16.5}", 0, 422, "validation-failed" },
    { "{\"name\":\"a\",\"name\":\"b\"}", 0, 400, "malformed-json" },
    { "{\"Name\":\"a\"}", 0, 422, "validation-failed" },
    { "{\"name\":\"\xff\xfe\"}", 0, 400, "malformed-json" },
    { "{\"name\":\"a\\u0000b\"}", 0, 422, "validation-failed" },
    { "{\"name\":\"\\ud800\"}", 0, 400, "malformed-json" },
    { "\xef\xbb\xbf{}", 0, 400, "malformed-json" },
    { "{\"name\":\"a\0b\"}", 14, 400, "malformed-json" },
    { "[]", 0, 422, "validation-failed" },
    { "{}", 0, 422, "validation-failed" },
};

START_TEST(what_is_no_definition_is_refused)
{
    size_t length = bodies[_i].length > 0 ? bodies[_i].length : strlen(bodies[_i].body);

    ask_bytes("POST /v1/jobs", JSON_HEADERS, bodies[_i].body, length);
    ck_problem(bodies[_i].status, bodies[_i].problem);
    ck_assert_int_ge(cJSON_GetArraySize(member("errors")), 1);
}
END_TEST

START_TEST(deep_nesting_is_malformed)
{
    char body[2100] = "{\"x\":";

    memset(body + 5, '[', 1001);
    memset(body + 1006, ']', 1001);
    body[2007] = '}';
    ask_with("POST /v1/jobs", JSON_HEADERS, body);
    ck_problem(400, "malformed-json");
}
END_TEST

START_TEST(every_error_has_its_place)
{
    char *at = strstr(definition, "ShuffledScheme");
    bool seen = false;

    memcpy(at, "ShuffledSchema", strlen("ShuffledSchema"));
    at = strstr(definition, "after_n_epochs\": 20");
    memcpy(at, "after_n_epochs\": -1", strlen("after_n_epochs\": -1"));
    ask_with("POST /v1/jobs", JSON_HEADERS, definition);
    ck_problem(422, "validation-failed");
    ck_assert_int_ge(cJSON_GetArraySize(member("errors")), 2);
    for (int i = 0; i < cJSON_GetArraySize(member("errors")); i++) {
        const cJSON *error = cJSON_GetArrayItem(member("errors"), i);
        const char *pointer = cJSON_GetStringValue(cJSON_GetObjectItem(error, "pointer"));

        ck_assert_double_gt(cJSON_GetObjectItem(error, "line")->valuedouble, 1);
        seen |= strcmp(pointer, "/extensions/6/after_n_epochs") == 0;
    }
    ck_assert_msg(seen, "%s", answer.body);
}
END_TEST

START_TEST(a_job_that_has_not_changed_is_not_sent_again)
{
    char etag[128];

    submit();
    ask(line("GET", ""));
    ck_status(200);
    snprintf(etag, sizeof(etag), "If-None-Match: %s", answer_header("ETag"));
    ask_with(line("GET", ""), HEADERS(etag), NULL);
    ck_status(304);
    ask(line("POST", "/cancel"));
    ask_with(line("GET", ""), HEADERS(etag), NULL);
    ck_status(200);
}
END_TEST

START_TEST(jobs_that_are_not_there)
{
    ask("GET /v1/jobs/00000000-0000-4000-8000-000000000000");
    ck_problem(404, "not-found");
    ask("POST /v1/jobs/00000000-0000-4000-8000-000000000000/cancel");
    ck_problem(404, "not-found");
    ask("POST /v1/jobs/00000000-0000-4000-8000-000000000000/interrupt");
    ck_problem(404, "not-found");
    ask("DELETE /v1/jobs/00000000-0000-4000-8000-000000000000");
    ck_problem(404, "not-found");
    ask("GET /v1/jobs/00000000-0000-4000-8000-000000000000/log");
    ck_problem(404, "not-found");
    ask("GET /v1/jobs/00000000-0000-4000-8000-000000000000/events");
    ck_problem(404, "not-found");
    ask("GET /v1/jobs/00000000-0000-4000-8000-000000000000/checkpoints");
    ck_problem(404, "not-found");
    ask("GET /v1/jobs/notanid");
    ck_problem(404, "not-found");
}
END_TEST

START_TEST(a_queued_job_can_be_cancelled_and_deleted)
{
    submit();
    ask(line("DELETE", ""));
    ck_problem(409, "conflict-state");
    ask_with(line("POST", "/cancel"), JSON_HEADERS, "{nonsense");
    ck_problem(400, "malformed-json");
    ask_with(line("POST", "/cancel"), JSON_HEADERS, "{\"at\": \"batch\"}");
    ck_problem(422, "validation-failed");
    ask_with(line("POST", "/cancel"), JSON_HEADERS, "{}");
    ck_status(202);
    ck_assert_str_eq(text("state"), "cancelled");
    ck_assert_str_eq(text("reason"), "cancelled");
    ck_assert(cJSON_IsTrue(member("terminal")));
    ask(line("POST", "/cancel"));
    ck_problem(409, "conflict-state");
    ck_assert_ptr_nonnull(strstr(text("detail"), "cancelled"));
    ask_with(line("DELETE", ""), HEADERS("If-Match: \"old\""), NULL);
    ck_problem(412, "precondition-failed");
    ask(line("DELETE", ""));
    ck_status(204);
    ask(line("DELETE", ""));
    ck_problem(404, "not-found");
    ask(line("GET", ""));
    ck_problem(404, "not-found");
}
END_TEST

START_TEST(a_running_job_is_asked_to_stop)
{
    struct job job;

    submit();
    ck_result(claim(&job), STORE_OK);
    ask(line("POST", "/interrupt"));
    ck_status(202);
    ck_assert_str_eq(text("state"), "running");
    ck_assert_int_eq(job_now(id).stop, STOP_EPOCH);
    ask_with(line("POST", "/interrupt"), JSON_HEADERS, "{\"at\":\"batch\"}");
    ck_status(202);
    ck_assert_int_eq(job_now(id).stop, STOP_BATCH);
    ask_with(line("POST", "/interrupt"), JSON_HEADERS, "{\"at\":\"epoch\"}");
    ck_status(202);
    ck_assert_int_eq(job_now(id).stop, STOP_BATCH); /* severity only grows */
    ask(line("POST", "/cancel"));
    ck_status(202);
    ck_assert_int_eq(job_now(id).stop, STOP_CANCEL);
}
END_TEST

static const struct {
    const char *body;
    unsigned status;
    const char *problem;
} interrupts[] = {
    { "{\"at\":\"noon\"}", 422, "validation-failed" },
    { "{\"when\":\"epoch\"}", 422, "validation-failed" },
    { "{\"at\":1}", 422, "validation-failed" },
    { "[]", 422, "validation-failed" },
    { "{", 400, "malformed-json" },
    { "{\"at\":\"batch\",\"at\":\"epoch\"}", 400, "malformed-json" },
};

START_TEST(an_interrupt_is_checked)
{
    submit();
    ask_with(line("POST", "/interrupt"), JSON_HEADERS, interrupts[_i].body);
    ck_problem(interrupts[_i].status, interrupts[_i].problem);
    ask(line("GET", ""));
    ck_assert_str_eq(text("state"), "queued");
}
END_TEST

/* ---- lists ---- */

START_TEST(pages_follow_each_other_without_gaps)
{
    char made[5][IDENTIFIER_TEXT_BYTES], next[512] = "GET /v1/jobs?limit=2";
    int seen = 0;

    for (int i = 0; i < 5; i++)
        make_job(i % 2 ? "odd" : "even", made[i]);
    while (true) {
        ask(next);
        ck_status(200);
        for (int i = 0; i < cJSON_GetArraySize(member("items")); i++)
            ck_assert_str_eq(
                cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(member("items"), i), "id")),
                made[4 - seen++]);
        if (cJSON_IsNull(member("next")))
            break;
        ck_assert_ptr_nonnull(strstr(answer_header("Link"), text("next")));
        snprintf(next, sizeof(next), "GET /v1/jobs?limit=2&cursor=%s", text("next"));
    }
    ck_assert_int_eq(seen, 5);
}
END_TEST

static const struct {
    const char *query;
    int count;
} filters[] = {
    { "", 3 },
    { "?state=queued", 2 },
    { "?state=running&state=queued", 3 },
    { "?state=failed", 0 },
    { "?name=b", 1 },
    { "?name=a&name=b", 3 },
    { "?label=team:vision", 1 },
    { "?label=team:vision&label=team:sound", 2 },
    { "?label=team:visio", 0 },
    { "?sort=-created_at", 3 },
};

START_TEST(jobs_are_filtered)
{
    char line_text[128], made[3][IDENTIFIER_TEXT_BYTES];
    struct job job;

    make_job("a", made[0]);
    ck_result(claim(&job), STORE_OK);
    make_job("a", made[1]);
    make_job("b", made[2]);
    cluster_run(store.db, "UPDATE jobs SET labels = '{\"team\": \"vision\"}' WHERE name = 'b'");
    cluster_run(store.db, "UPDATE jobs SET labels = '{\"team\": \"sound\"}' WHERE state = 'running'");
    snprintf(line_text, sizeof(line_text), "GET /v1/jobs%s", filters[_i].query);
    ask(line_text);
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), filters[_i].count);
}
END_TEST

static const char *const bad_queries[] = {
    "limit=0",         "limit=-1",           "limit=abc",       "limit=1000000000", "limit=1001", "lmit=5",
    "limit=5&limit=5", "sort=password;drop", "sort=created_at", "state=dead",       "label=team", "label=:x",
    "cursor=abc",      "cursor=1.2.3",       "cursor=",         "limit=",
};

START_TEST(bad_queries_are_refused)
{
    char line_text[128], name[32];

    snprintf(line_text, sizeof(line_text), "GET /v1/jobs?%s", bad_queries[_i]);
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(bad_queries[_i], "="), bad_queries[_i]);
    ask(line_text);
    ck_problem(400, "invalid-parameter");
    ck_assert_msg(strstr(text("detail"), name) != NULL, "%s", answer.body);
}
END_TEST

START_TEST(a_cursor_of_another_list_is_refused)
{
    char made[2][IDENTIFIER_TEXT_BYTES], line_text[256];

    make_job("a", made[0]);
    make_job("a", made[1]);
    ask("GET /v1/jobs?limit=1");
    snprintf(line_text, sizeof(line_text), "GET /v1/datasets?cursor=%s", text("next"));
    ask(line_text);
    ck_problem(400, "invalid-parameter");
}
END_TEST

/* ---- repeated requests ---- */

START_TEST(a_repeated_submit_makes_one_job)
{
    char first[IDENTIFIER_TEXT_BYTES];
    const char *const headers[] = { "Content-Type: application/json", "Idempotency-Key: k1", NULL };

    ask_with("POST /v1/jobs", headers, definition);
    ck_status(201);
    ck_assert_ptr_null(answer_header("Idempotency-Replayed"));
    snprintf(first, sizeof(first), "%s", text("id"));
    ask_with("POST /v1/jobs", headers, definition);
    ck_status(201);
    ck_assert_str_eq(text("id"), first);
    ck_assert_str_eq(answer_header("Idempotency-Replayed"), "true");
    ck_assert_ptr_nonnull(strstr(answer_header("Location"), first));
    ask("GET /v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
}
END_TEST

START_TEST(a_key_belongs_to_one_request)
{
    const char *const headers[] = { "Content-Type: application/json", "Idempotency-Key: k2", NULL };

    ask_with("POST /v1/jobs", headers, "{}");
    ck_problem(422, "validation-failed"); /* corrected requests keep their key */
    ask_with("POST /v1/jobs", headers, definition);
    ck_status(201);
    strcat(definition, " ");
    ask_with("POST /v1/jobs", headers, definition);
    ck_problem(422, "idempotency-mismatch");
    ask_with("POST /v1/jobs", HEADERS("Content-Type: application/json", "Idempotency-Key: a b"), definition);
    ck_problem(400, "malformed-request");
}
END_TEST

Suite *jobs_suite(void)
{
    Suite *suite = suite_create("jobs");
    TCase *tests = tcase_create("jobs");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_jobs, service_close);
    tcase_add_test(tests, a_submitted_job_is_queued);
    tcase_add_test(tests, a_dry_run_stores_nothing);
    tcase_add_test(tests, a_dry_run_is_true_or_false);
    tcase_add_loop_test(tests, what_is_no_definition_is_refused, 0, (int)COUNT(bodies));
    tcase_add_test(tests, deep_nesting_is_malformed);
    tcase_add_test(tests, every_error_has_its_place);
    tcase_add_test(tests, a_job_that_has_not_changed_is_not_sent_again);
    tcase_add_test(tests, jobs_that_are_not_there);
    tcase_add_test(tests, a_queued_job_can_be_cancelled_and_deleted);
    tcase_add_test(tests, a_running_job_is_asked_to_stop);
    tcase_add_loop_test(tests, an_interrupt_is_checked, 0, (int)COUNT(interrupts));
    tcase_add_test(tests, pages_follow_each_other_without_gaps);
    tcase_add_loop_test(tests, jobs_are_filtered, 0, (int)COUNT(filters));
    tcase_add_loop_test(tests, bad_queries_are_refused, 0, (int)COUNT(bad_queries));
    tcase_add_test(tests, a_cursor_of_another_list_is_refused);
    tcase_add_test(tests, a_repeated_submit_makes_one_job);
    tcase_add_test(tests, a_key_belongs_to_one_request);
    suite_add_tcase(suite, tests);
    return suite;
}
