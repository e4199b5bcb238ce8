/* tests/api/test_log.c -- what a running job writes: log, output, events, as clients read it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/store/log.h"
#include "server/store/output.h"
#include "tests/api/endpoint_suites.h"
#include "tests/api/service_fixture.h"

static struct job job;

static void open_log(void)
{
    service_open();
    job = make_running_job();
}

static const char *line(const char *rest)
{
    static char out[1024];

    snprintf(out, sizeof(out), "GET /v1/jobs/%s%s", job.id, rest);
    return out;
}

static void append(const struct log_entry *entries, size_t count)
{
    const struct log_append wish = {
        .job = job.id, .epoch = job.epoch, .entries = entries, .count = count, .lease_ms = LEASE_MS
    };
    enum stop_request stop;

    ck_result(store_log_append(store.db, &wish, &stop, &store.err), STORE_OK);
}

static void append_some(void)
{
    static const struct log_entry entries[] = {
        { .iteration = 1, .record = "cost", .value = 0.1 + 0.2 },
        { .iteration = 1, .record = "note", .value = NAN, .json = "{\"a\":[1,\"x\"]}" },
        { .iteration = 2, .record = "cost", .value = NAN },
        { .iteration = 2, .record = "norm", .value = -INFINITY },
        { .iteration = 3, .record = "cost", .value = 1e-300 },
    };

    append(entries, COUNT(entries));
}

static void end_job(void)
{
    const struct job_release release = {
        .id = job.id, .epoch = job.epoch, .to = JOB_SUCCEEDED, .reason = "finish_requested"
    };

    ck_result(store_job_release(store.db, &release, &store.err), STORE_OK);
}

START_TEST(entries_of_an_iteration_share_a_row)
{
    append_some();
    ask(line("/log"));
    ck_status(200);
    ck_assert_ptr_nonnull(
        strstr(answer.body,
               "{\"rows\":[{\"iteration\":1,\"records\":{\"cost\":0.30000000000000004,\"note\":{\"a\":[1,"
               "\"x\"]}}},{\"iteration\":2,\"records\":{\"cost\":\"NaN\",\"norm\":\"-Infinity\"}},"
               "{\"iteration\":3,\"records\":{\"cost\":1e-300}}],\"next\":\"5\",\"complete\":false}"));
}
END_TEST

static const struct {
    const char *query;
    int rows;
    const char *next;
} pages[] = {
    { "?limit=1", 1, "1" },
    { "?limit=3", 2, "3" },
    { "?after=4", 1, "5" },
    { "?after=5", 0, "5" },
    { "?records=norm", 1, "5" },
    { "?records=norm&records=note", 2, "5" },
    { "?records=norm,note", 2, "5" },
    { "?records=nothing", 0, "5" },
    { "?records=cost&limit=2", 2, "3" },
    { "?from_iteration=2", 2, "5" },
    { "?to_iteration=1", 1, "5" },
    { "?from_iteration=2&to_iteration=2", 1, "5" },
    { "?from_iteration=9", 0, "5" },
};

START_TEST(pages_of_a_log)
{
    char rest[64];

    append_some();
    snprintf(rest, sizeof(rest), "/log%s", pages[_i].query);
    ask(line(rest));
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("rows")), pages[_i].rows);
    ck_assert_str_eq(text("next"), pages[_i].next);
}
END_TEST

static const char *const bad[] = {
    "/log?after=xyz",        "/log?after=-1",     "/log?after=1.5",   "/log?limit=0",
    "/log?limit=10001",      "/log?wait=61",      "/log?wait=-1",     "/log?wait=x",
    "/log?from_iteration=x", "/output?offset=-1", "/output?wait=100", "/events?after=-1",
    "/events?limit=1001",    "/log?wat=1",
};

START_TEST(bad_queries_are_refused)
{
    ask(line(bad[_i]));
    ck_problem(400, "invalid-parameter");
}
END_TEST

START_TEST(a_log_is_complete_when_its_job_has_ended_and_all_was_read)
{
    append_some();
    ask(line("/log"));
    ck_assert(cJSON_IsFalse(member("complete")));
    end_job();
    ask(line("/log?limit=2"));
    ck_assert(cJSON_IsFalse(member("complete")));
    ask(line("/log?after=2"));
    ck_assert(cJSON_IsTrue(member("complete")));
    ask(line("/log?after=5&wait=60")); /* answers at once */
    ck_assert(cJSON_IsTrue(member("complete")));
    ask(line(""));
    ck_assert_str_eq(text("state"), "succeeded");
    ck_assert_str_eq(text("reason"), "finish_requested");
    ck_assert_double_eq(real("latest/cost"), 1e-300);
    ck_assert_str_eq(text("latest/norm"), "-Infinity");
}
END_TEST

/* Begins a request and runs it once: true when it was answered. */
static bool run_once(struct exchange **out, const char *rest)
{
    *out = exchange_open(&service_context, strchr(line(rest), ' ') + 1);
    ck_assert(exchange_begin(*out, "GET", "HTTP/1.1", NULL, 0));
    return exchange_run(*out, false);
}

START_TEST(a_reader_waits_for_rows)
{
    struct exchange *exchange;

    ck_assert(!run_once(&exchange, "/log?wait=2.5"));
    ck_assert_str_eq(exchange->reply.wait_job, job.id);
    ck_assert_uint_eq(exchange->reply.wait_ms, 2500);
    ck_assert(!exchange_run(exchange, false)); /* news of something else */
    append_some();
    ck_assert(exchange_run(exchange, false));
    ck_assert_uint_eq(exchange->reply.status, 200);
    ck_assert_ptr_nonnull(strstr(text_bytes(&exchange->reply.body), "\"next\":\"5\""));
    exchange_close(exchange);
}
END_TEST

START_TEST(a_reader_in_vain_gets_its_cursor_back)
{
    struct exchange *exchange;

    append_some();
    ck_assert(!run_once(&exchange, "/log?wait=2&after=5"));
    ck_assert(exchange_run(exchange, true));
    ck_assert_str_eq(text_bytes(&exchange->reply.body), "{\"rows\":[],\"next\":\"5\",\"complete\":false}\n");
    exchange_close(exchange);
}
END_TEST

/* ---- output ---- */

static void print(const char *bytes)
{
    ck_result(store_output_append(store.db, job.id, job.epoch, job_now(job.id).output_bytes, bytes,
                                  strlen(bytes), &store.err),
              STORE_OK);
}

START_TEST(output_is_read_from_an_offset)
{
    print("one\n");
    print("zwölf\n");
    ask(line("/output"));
    ck_status(200);
    ck_assert_str_eq(answer_header("Content-Type"), "text/plain; charset=utf-8");
    ck_assert_str_eq(answer.body, "one\nzwölf\n");
    ck_assert_str_eq(answer_header("Kiln-Next-Offset"), "11");
    ck_assert_str_eq(answer_header("Kiln-Complete"), "false");
    ask(line("/output?offset=4"));
    ck_assert_str_eq(answer.body, "zwölf\n");
    ask(line("/output?offset=99"));
    ck_assert_str_eq(answer.body, "");
    ck_assert_str_eq(answer_header("Kiln-Next-Offset"), "11");
    end_job();
    ask(line("/output?offset=11&wait=60"));
    ck_assert_str_eq(answer_header("Kiln-Complete"), "true");
}
END_TEST

START_TEST(long_output_comes_in_pieces)
{
    static char block[(1 << 20) + 2];

    memset(block, 'x', sizeof(block) - 1);
    memcpy(block + (1 << 20) - 5, "ä", strlen("ä")); /* across the end of a piece */
    print(block);
    ask(line("/output"));
    ck_assert_uint_eq(strlen(answer.body), (1 << 20) - 5);
    ck_assert_str_eq(answer_header("Kiln-Next-Offset"), "1048571");
    ask(line("/output?offset=1048571"));
    ck_assert_str_eq(answer.body, "äxxxx");
}
END_TEST

START_TEST(a_reader_waits_for_output)
{
    struct exchange *exchange;

    ck_assert(!run_once(&exchange, "/output?wait=1"));
    print("x");
    ck_assert(exchange_run(exchange, false));
    ck_assert_str_eq(text_bytes(&exchange->reply.body), "x");
    exchange_close(exchange);
}
END_TEST

/* ---- events ---- */

START_TEST(events_tell_the_story)
{
    char rest[64];

    end_job();
    ask(line("/events"));
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 3);
    ck_assert_str_eq(text("items/0/state"), "queued");
    ck_assert_str_eq(text("items/1/state"), "running");
    ck_assert_double_eq(real("items/1/attempt"), 1);
    ck_assert_str_eq(text("items/2/state"), "succeeded");
    ck_assert_str_eq(text("items/2/reason"), "finish_requested");
    ck_assert_str_eq(text("items/2/kind"), "state");
    ck_assert_uint_eq(strlen(text("items/2/created_at")), strlen("2026-01-02T03:04:05.678Z"));
    ck_assert(cJSON_IsNull(member("next")));
    ask(line("/events?limit=2"));
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 2);
    snprintf(rest, sizeof(rest), "/events?limit=2&after=%s", text("next"));
    ck_assert_ptr_nonnull(strstr(answer_header("Link"), rest));
    ask(line(rest));
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/state"), "succeeded");
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tests = tcase_create("log");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_log, service_close);
    tcase_add_test(tests, entries_of_an_iteration_share_a_row);
    tcase_add_loop_test(tests, pages_of_a_log, 0, (int)COUNT(pages));
    tcase_add_loop_test(tests, bad_queries_are_refused, 0, (int)COUNT(bad));
    tcase_add_test(tests, a_log_is_complete_when_its_job_has_ended_and_all_was_read);
    tcase_add_test(tests, a_reader_waits_for_rows);
    tcase_add_test(tests, a_reader_in_vain_gets_its_cursor_back);
    tcase_add_test(tests, output_is_read_from_an_offset);
    tcase_add_test(tests, long_output_comes_in_pieces);
    tcase_add_test(tests, a_reader_waits_for_output);
    tcase_add_test(tests, events_tell_the_story);
    suite_add_tcase(suite, tests);
    return suite;
}
