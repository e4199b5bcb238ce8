/* tests/api/test_exchange.c -- from head to reply: checks, query, body, conditions, ranges, common headers.
 */
#include "api/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/api/call.h"
#include "tests/api/suites.h"
#include "tests/api/test_routes.h"

static char folder[] = "/tmp/kiln-test-XXXXXX";
static unsigned reported;
static struct exchange_context context = { .routes = test_routes, .upload_folder = folder };

static void note(void *unused, const struct request *request, unsigned status, const struct error *cause)
{
    (void)unused, (void)request;
    ck_assert_uint_eq(status, 500);
    ck_assert_str_eq(cause->message, "secret");
    reported++;
}

static void open_folder(void)
{
    strcpy(folder, "/tmp/kiln-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    context.report = note;
    reported = 0;
}

static void close_folder(void)
{
    ck_assert_int_eq(rmdir(folder), 0); /* every upload is gone */
}

/* The last part of the problem's type; "" when the reply is none. */
static const char *problem_name(const struct exchange *exchange)
{
    static char name[64];
    const char *at = strstr(text_bytes(&exchange->reply.body), "/problems/");

    name[0] = '\0';
    if (at)
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 10, "\""), at + 10);
    return name;
}

static const struct {
    const char *line, *headers[4], *body;
    unsigned status;
    const char *problem;
    bool close;
} cases[] = {
    { "GET /hello", { 0 }, NULL, 200, "", false },
    { "HEAD /hello", { 0 }, NULL, 200, "", false },
    { "OPTIONS /hello", { 0 }, NULL, 204, "", false },
    { "BREW /hello", { 0 }, NULL, 501, "not-implemented", false },
    { "POST /hello", { 0 }, NULL, 405, "method-not-allowed", false },
    { "PUT /hello", { 0 }, "{}", 405, "method-not-allowed", true },
    { "GET /nothing", { 0 }, NULL, 404, "not-found", false },
    { "GET /hello%00", { 0 }, NULL, 400, "malformed-request", false },
    { "GET /hello", { 0 }, "x", 413, "payload-too-large", true },
    { "GET /hello", { "Accept: application/xml" }, NULL, 406, "not-acceptable", false },
    { "GET /hello", { "Accept: text/*" }, NULL, 200, "", false },
    { "GET /hello", { "Transfer-Encoding: nonsense" }, NULL, 501, "not-implemented", true },
    { "GET /hello", { "X-A : b" }, NULL, 400, "malformed-request", true },
    { "POST /echo", { "Content-Type: application/json" }, "[1]", 200, "", false },
    { "POST /echo", { "Content-Type: text/plain" }, "[1]", 415, "unsupported-media-type", true },
    { "POST /echo", { 0 }, "[1]", 415, "unsupported-media-type", true },
    { "POST /echo",
      { "Content-Type: application/json", "Content-Encoding: gzip" },
      "[1]",
      415,
      "unsupported-encoding",
      true },
    { "POST /echo",
      { "Content-Type: application/json", "Expect: 200-ok" },
      "[1]",
      417,
      "malformed-request",
      true },
    { "POST /maybe", { 0 }, NULL, 200, "", false },
    { "POST /maybe", { "Content-Type: text/plain" }, "[1]", 415, "unsupported-media-type", true },
    { "PUT /upload", { "Content-Encoding: gzip" }, "abc", 201, "", false },
    { "PUT /upload", { "Content-Encoding: br" }, "abc", 415, "unsupported-encoding", true },
    { "GET /query?limit=11", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /query?limit=abc", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /query?limit=-1", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /query?lmit=1", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /query?limit=1&limit=2", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /hello?x=1", { 0 }, NULL, 400, "invalid-parameter", false },
    { "GET /wait/x", { 0 }, NULL, 200, "", false },
    { "OPTIONS *", { 0 }, NULL, 204, "", false },
    { "GET *", { 0 }, NULL, 404, "not-found", false },
    { "GET http://host/hello", { 0 }, NULL, 200, "", false },
    { "POST /echo",
      { "Content-Type: application/json; charset=latin1" },
      "[1]",
      415,
      "unsupported-media-type",
      true },
    { "GET /file", { "Range: bytes=20-" }, NULL, 416, "range-not-satisfiable", false },
};

START_TEST(requests_get_their_answers)
{
    struct exchange *exchange = call(&context, cases[_i].line, cases[_i].headers, cases[_i].body);
    const struct reply *reply = &exchange->reply;

    ck_assert_uint_eq(reply->status, cases[_i].status);
    ck_assert_str_eq(problem_name(exchange), cases[_i].problem);
    ck_assert_int_eq(reply_header_value(reply, "Connection") != NULL, cases[_i].close);
    ck_assert_str_eq(reply_header_value(reply, "Cache-Control"), "no-store");
    ck_assert_ptr_nonnull(reply_header_value(reply, "X-Request-Id"));
    exchange_close(exchange);
}
END_TEST

static const struct {
    const char *line, *authorization;
    unsigned status;
} strangers[] = {
    { "GET /hello", NULL, 401 },
    { "HEAD /hello", "Authorization: Bearer kiln_0123456789abcdef", 401 },
    { "GET /hello", "Authorization: Basic YTpi", 401 },
    { "GET /query?limit=11", "Authorization: Bearer", 401 },
    { "GET /open", NULL, 200 },
    { "GET /nothing", NULL, 404 },
    { "DELETE /hello", NULL, 405 },
};

START_TEST(with_tokens_nobody_is_let_in_without_one)
{
    const char *const headers[] = { strangers[_i].authorization, NULL };
    struct exchange *exchange;

    context.tokens_needed = true;
    exchange = call(&context, strangers[_i].line, headers, NULL);
    ck_assert_uint_eq(exchange->reply.status, strangers[_i].status);
    if (strangers[_i].status == 401) {
        ck_assert_str_eq(problem_name(exchange), "unauthenticated");
        ck_assert_str_eq(reply_header_value(&exchange->reply, "WWW-Authenticate"), "Bearer");
    }
    exchange_close(exchange);
    context.tokens_needed = false;
}
END_TEST

START_TEST(the_query_is_bound)
{
    struct exchange *exchange = call(&context, "GET /query?name=a%20b", NULL, NULL);

    ck_assert_str_eq(text_bytes(&exchange->reply.body), "{\"limit\":5,\"name\":\"a b\"}");
    exchange_close(exchange);
}
END_TEST

START_TEST(a_wrong_parameter_is_named)
{
    struct exchange *exchange = call(&context, "GET /query?limit=11", NULL, NULL);

    ck_assert_ptr_nonnull(strstr(text_bytes(&exchange->reply.body), "limit"));
    exchange_close(exchange);
}
END_TEST

START_TEST(other_methods_are_told)
{
    struct exchange *exchange = call(&context, "DELETE /hello", NULL, NULL);

    ck_assert_str_eq(reply_header_value(&exchange->reply, "Allow"), "GET, HEAD, OPTIONS");
    exchange_close(exchange);
}
END_TEST

START_TEST(a_request_id_is_taken_over_if_it_is_well_formed)
{
    struct exchange *taken = call(&context, "GET /hello", HEADERS("X-Request-Id: my.id-1"), NULL);
    struct exchange *made = call(&context, "GET /hello", HEADERS("X-Request-Id: a b"), NULL);

    ck_assert_str_eq(reply_header_value(&taken->reply, "X-Request-Id"), "my.id-1");
    ck_assert_uint_eq(strlen(reply_header_value(&made->reply, "X-Request-Id")), 32);
    exchange_close(taken);
    exchange_close(made);
}
END_TEST

START_TEST(bodies_are_bounded_while_they_arrive)
{
    static const struct header headers[] = { { "Transfer-Encoding", "chunked" },
                                             { "Content-Type", "application/json" } };
    struct exchange *exchange = exchange_open(&context, "/echo");
    char piece[60] = { 0 };

    ck_assert(exchange_begin(exchange, "POST", "HTTP/1.1", headers, 2));
    ck_assert(exchange_body(exchange, piece, sizeof(piece)));
    ck_assert(exchange_body(exchange, piece, sizeof(piece)));
    ck_assert(exchange_run(exchange, false));
    ck_assert_uint_eq(exchange->reply.status, 413);
    exchange_close(exchange);
}
END_TEST

START_TEST(endless_bodies_are_cut_off)
{
    static const struct header headers[] = { { "Transfer-Encoding", "chunked" } };
    static char piece[1 << 20];
    struct exchange *exchange = exchange_open(&context, "/upload");
    size_t taken = 0;

    ck_assert(exchange_begin(exchange, "PUT", "HTTP/1.1", headers, 1));
    while (taken < 100 && exchange_body(exchange, piece, sizeof(piece)))
        taken++;
    ck_assert_uint_eq(taken, 17); /* MiB */
    exchange_close(exchange);
}
END_TEST

START_TEST(uploads_go_to_a_file)
{
    static char body[200000];
    struct exchange *exchange = call_bytes(&context, "PUT /upload", NULL, body, sizeof(body));

    ck_assert_str_eq(text_bytes(&exchange->reply.body), "200000 200000");
    exchange_close(exchange);
}
END_TEST

START_TEST(an_upload_has_no_name_that_a_crash_could_leave_behind)
{
    struct body body;
    struct error err;

    body_init(&body, 10);
    ck_assert(body_to_file(&body, folder, &err));
    ck_assert(body_add(&body, "123", 3));
    ck_assert(body_end(&body, &err));
    ck_assert_int_eq(access(body.path, R_OK), 0);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing is in it */
    body_fini(&body);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(what_the_client_has_is_not_sent_again)
{
    struct exchange *exchange = call(&context, "GET /hello", HEADERS("If-None-Match: \"v0\", \"v1\""), NULL);

    ck_assert_uint_eq(exchange->reply.status, 304);
    ck_assert_uint_eq(exchange->reply.body.length, 0);
    ck_assert_str_eq(reply_header_value(&exchange->reply, "ETag"), "\"v1\"");
    exchange_close(exchange);
}
END_TEST

/* As the file of the test routes is, a second before, and a second after, in the three forms of a date. */
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define EARLIER "Sun Nov  6 08:49:36 1994"
#define LATER "Sunday, 06-Nov-94 08:49:38 GMT"

static const struct {
    const char *line, *headers[4];
    unsigned status;
} conditions[] = {
    { "GET /file", { "If-Modified-Since: " MODIFIED }, 304 },
    { "HEAD /file", { "If-Modified-Since: " LATER }, 304 },
    { "GET /file", { "If-Modified-Since: " EARLIER }, 200 },
    { "GET /file", { "If-Modified-Since: yesterday" }, 200 },
    { "GET /file", { "If-Modified-Since: " LATER, "If-None-Match: \"old\"" }, 200 },
    { "GET /file", { "If-None-Match: \"old\"", "If-None-Match: \"sha256-abc\"" }, 304 },
    { "GET /file", { "If-Unmodified-Since: " MODIFIED }, 200 },
    { "GET /file", { "If-Unmodified-Since: " EARLIER }, 412 },
    { "GET /file", { "If-Unmodified-Since: " EARLIER, "If-Match: *" }, 200 },
    { "GET /file", { "If-Match: \"old\"", "If-None-Match: \"sha256-abc\"" }, 412 },
    { "GET /file", { "If-Match: W/\"sha256-abc\"" }, 412 },
    { "GET /query", { "If-None-Match: *" }, 304 },
    { "POST /maybe", { "If-None-Match: *" }, 200 },
    { "GET /nothing", { "If-Match: \"old\"" }, 404 },
};

START_TEST(conditions_are_kept)
{
    struct exchange *exchange = call(&context, conditions[_i].line, conditions[_i].headers, NULL);

    ck_assert_uint_eq(exchange->reply.status, conditions[_i].status);
    if (conditions[_i].status == 412) {
        ck_assert_str_eq(problem_name(exchange), "precondition-failed");
        ck_assert_ptr_null(reply_header_value(&exchange->reply, "Last-Modified"));
        ck_assert_int_eq(exchange->reply.file_descriptor, -1);
    }
    exchange_close(exchange);
}
END_TEST

START_TEST(long_replies_are_packed_for_those_who_ask)
{
    static const char *const gzip[] = { "Accept-Encoding: gzip", NULL };
    struct exchange *plain = call(&context, "GET /long", NULL, NULL);
    struct exchange *packed = call(&context, "GET /long", gzip, NULL);
    struct exchange *brief = call(&context, "GET /hello", gzip, NULL);
    struct exchange *download = call(&context, "GET /file", gzip, NULL);
    const char *etag = reply_header_value(&packed->reply, "ETag");
    struct exchange *again =
        call(&context, "GET /long",
             HEADERS("Accept-Encoding: gzip", arena_format(&packed->arena, "If-None-Match: %s", etag)), NULL);

    ck_assert_str_eq(reply_header_value(&plain->reply, "Vary"), "Accept-Encoding");
    ck_assert_ptr_null(reply_header_value(&plain->reply, "Content-Encoding"));
    ck_assert_str_eq(reply_header_value(&packed->reply, "Content-Encoding"), "gzip");
    ck_assert_str_eq(reply_header_value(&packed->reply, "Vary"), "Accept-Encoding");
    ck_assert_str_ne(etag, reply_header_value(&plain->reply, "ETag"));
    ck_assert_uint_lt(packed->reply.body.length, plain->reply.body.length);
    ck_assert_mem_eq(packed->reply.body.bytes, "\x1f\x8b", 2);
    ck_assert_ptr_null(reply_header_value(&brief->reply, "Content-Encoding"));
    ck_assert_ptr_null(reply_header_value(&download->reply, "Content-Encoding"));
    ck_assert_uint_eq(again->reply.status, 304);
    ck_assert_str_eq(reply_header_value(&again->reply, "ETag"), etag);
    ck_assert_ptr_null(reply_header_value(&again->reply, "Content-Encoding"));
    exchange_close(plain);
    exchange_close(packed);
    exchange_close(brief);
    exchange_close(download);
    exchange_close(again);
}
END_TEST

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
static const struct {
    const char *given;
    bool taken;
} traces[] = {
    { "00-" TRACE "-00f067aa0ba902b7-01", true },
    { "cc-" TRACE "-00f067aa0ba902b7-01", true },
    { "cc-" TRACE "-00f067aa0ba902b7-01-more", true },
    { "00-" TRACE "-00f067aa0ba902b7-01-more", false },
    { "ff-" TRACE "-00f067aa0ba902b7-01", false },
    { "00-" TRACE "-0000000000000000-01", false },
    { "00-00000000000000000000000000000000-00f067aa0ba902b7-01", false },
    { "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false },
    { "00-" TRACE "-00f067aa0ba902b7", false },
    { "00", false },
    { "", false },
};

START_TEST(a_traceparent_is_taken_over_if_it_is_well_formed)
{
    struct arena arena = { 0 };
    const char *line = arena_format(&arena, "traceparent: %s", traces[_i].given);
    struct exchange *exchange = call(&context, "GET /hello", HEADERS(line), NULL);

    ck_assert_pstr_eq(reply_header_value(&exchange->reply, "traceparent"),
                      traces[_i].taken ? traces[_i].given : NULL);
    exchange_close(exchange);
    arena_fini(&arena);
}
END_TEST

static const struct {
    const char *line, *headers[4];
    unsigned status;
    uint64_t offset, bytes;
    const char *content_range;
} downloads[] = {
    { "GET /file", { 0 }, 200, 0, 10, NULL },
    { "GET /file", { "Range: bytes=2-4" }, 206, 2, 3, "bytes 2-4/10" },
    { "GET /file", { "Range: bytes=-3" }, 206, 7, 3, "bytes 7-9/10" },
    { "GET /file", { "Range: bytes=abc" }, 200, 0, 10, NULL },
    { "HEAD /file", { "Range: bytes=2-4" }, 200, 0, 10, NULL },
    { "GET /file", { "Range: bytes=2-4", "If-Range: " MODIFIED }, 206, 2, 3, "bytes 2-4/10" },
    { "GET /file", { "Range: bytes=2-4", "If-Range: " EARLIER }, 200, 0, 10, NULL },
    { "GET /file", { "Range: bytes=2-4", "If-Match: \"sha256-abc\"" }, 206, 2, 3, "bytes 2-4/10" },
    { "GET /file", { "Range: bytes=2-4", "If-Range: \"sha256-abc\"" }, 206, 2, 3, "bytes 2-4/10" },
    { "GET /file", { "Range: bytes=2-4", "If-Range: \"old\"" }, 200, 0, 10, NULL },
};

START_TEST(downloads_are_cut)
{
    struct exchange *exchange = call(&context, downloads[_i].line, downloads[_i].headers, NULL);
    const struct reply *reply = &exchange->reply;

    ck_assert_uint_eq(reply->status, downloads[_i].status);
    ck_assert_uint_eq(reply->file_offset, downloads[_i].offset);
    ck_assert_uint_eq(reply->file_bytes, downloads[_i].bytes);
    ck_assert_pstr_eq(reply_header_value(reply, "Content-Range"), downloads[_i].content_range);
    ck_assert_str_eq(reply_header_value(reply, "Accept-Ranges"), "bytes");
    ck_assert_str_eq(reply_header_value(reply, "Cache-Control"), "private, immutable");
    exchange_close(exchange);
}
END_TEST

START_TEST(a_range_behind_the_end_names_the_size)
{
    struct exchange *exchange = call(&context, "GET /file", HEADERS("Range: bytes=10-"), NULL);

    ck_assert_uint_eq(exchange->reply.status, 416);
    ck_assert_str_eq(reply_header_value(&exchange->reply, "Content-Range"), "bytes */10");
    ck_assert_int_eq(exchange->reply.file_descriptor, -1);
    ck_assert_ptr_null(reply_header_value(&exchange->reply, "Last-Modified")); /* they are the file's */
    ck_assert_ptr_null(reply_header_value(&exchange->reply, "ETag"));
    exchange_close(exchange);
}
END_TEST

START_TEST(causes_are_reported_inside)
{
    struct exchange *exchange = call(&context, "GET /broken", NULL, NULL);

    ck_assert_uint_eq(exchange->reply.status, 500);
    ck_assert_ptr_null(strstr(text_bytes(&exchange->reply.body), "secret"));
    ck_assert_uint_eq(reported, 1);
    exchange_close(exchange);
}
END_TEST

Suite *exchange_suite(void)
{
    Suite *suite = suite_create("exchange");
    TCase *tests = tcase_create("exchange");

    tcase_add_checked_fixture(tests, open_folder, close_folder);
    tcase_add_loop_test(tests, requests_get_their_answers, 0, (int)COUNT(cases));
    tcase_add_loop_test(tests, with_tokens_nobody_is_let_in_without_one, 0, (int)COUNT(strangers));
    tcase_add_test(tests, the_query_is_bound);
    tcase_add_test(tests, a_wrong_parameter_is_named);
    tcase_add_test(tests, other_methods_are_told);
    tcase_add_test(tests, a_request_id_is_taken_over_if_it_is_well_formed);
    tcase_add_test(tests, bodies_are_bounded_while_they_arrive);
    tcase_add_test(tests, endless_bodies_are_cut_off);
    tcase_add_test(tests, uploads_go_to_a_file);
    tcase_add_test(tests, an_upload_has_no_name_that_a_crash_could_leave_behind);
    tcase_add_test(tests, what_the_client_has_is_not_sent_again);
    tcase_add_loop_test(tests, downloads_are_cut, 0, (int)COUNT(downloads));
    tcase_add_loop_test(tests, conditions_are_kept, 0, (int)COUNT(conditions));
    tcase_add_test(tests, long_replies_are_packed_for_those_who_ask);
    tcase_add_loop_test(tests, a_traceparent_is_taken_over_if_it_is_well_formed, 0, (int)COUNT(traces));
    tcase_add_test(tests, a_range_behind_the_end_names_the_size);
    tcase_add_test(tests, causes_are_reported_inside);
    suite_add_tcase(suite, tests);
    return suite;
}
