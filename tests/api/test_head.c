/* tests/api/test_head.c -- header lines that two programs may read differently are refused. */
#include "api/head.h"

#include "tests/api/suites.h"

enum { LINES_MAX = 6 };

static const struct {
    const char *version;
    struct header headers[LINES_MAX]; /* ends in a NULL name */
    enum problem problem;
    bool has_body;
    uint64_t content_length;
} cases[] = {
    { "HTTP/1.1", { { "Host", "x" } }, PROBLEM_NONE, false, 0 },
    { "HTTP/1.0", { { 0 } }, PROBLEM_NONE, false, 0 },
    { "HTTP/1.9", { { "Host", "x" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/2.0", { { "Host", "x" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "5" } }, PROBLEM_NONE, true, 5 },
    { "HTTP/1.1", { { "content-length", "0" } }, PROBLEM_NONE, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "-1" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "+5" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "5, 5" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "0x10" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "Content-Length", "99999999999999999999" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1",
      { { "Content-Length", "5" }, { "Content-Length", "5" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1",
      { { "Content-Length", "5" }, { "CONTENT-LENGTH", "6" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1", { { "Content-Length ", "5" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "X-A\t", "5" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1", { { "", "5" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1",
      { { "X-A", "a\x01"
                 "b" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1", { { "X-A", "\xc3\xa4\tb" } }, PROBLEM_NONE, false, 0 },
    { "HTTP/1.1", { { "Transfer-Encoding", "chunked" } }, PROBLEM_NONE, true, HEAD_LENGTH_UNKNOWN },
    { "HTTP/1.1", { { "Transfer-Encoding", "Chunked" } }, PROBLEM_NONE, true, HEAD_LENGTH_UNKNOWN },
    { "HTTP/1.1", { { "Transfer-Encoding", "xchunked" } }, PROBLEM_NOT_IMPLEMENTED, false, 0 },
    { "HTTP/1.1", { { "Transfer-Encoding", "gzip, chunked" } }, PROBLEM_NOT_IMPLEMENTED, false, 0 },
    { "HTTP/1.1",
      { { "Transfer-Encoding", "chunked" }, { "Transfer-Encoding", "chunked" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1",
      { { "Content-Length", "5" }, { "Transfer-Encoding", "chunked" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1", { { "Host", "x" }, { "host", "y" } }, PROBLEM_MALFORMED_REQUEST, false, 0 },
    { "HTTP/1.1",
      { { "Authorization", "Bearer a" }, { "Authorization", "Bearer b" } },
      PROBLEM_MALFORMED_REQUEST,
      false,
      0 },
    { "HTTP/1.1", { { "Accept", "a/b" }, { "Accept", "c/d" } }, PROBLEM_NONE, false, 0 },
    { "HTTP/1.1", { { "Expect", "100-Continue" }, { "Content-Length", "2" } }, PROBLEM_NONE, true, 2 },
    { "HTTP/1.1", { { "Expect", "200-ok" }, { "Content-Length", "2" } }, PROBLEM_EXPECTATION, true, 2 },
};

START_TEST(heads_are_judged)
{
    struct head head;
    const char *detail = NULL;
    size_t count = 0;
    enum problem problem;

    while (count < LINES_MAX && cases[_i].headers[count].name)
        count++;
    problem = head_check(cases[_i].version, cases[_i].headers, count, &head, &detail);
    ck_assert_int_eq(problem, cases[_i].problem);
    ck_assert_ptr_nonnull(detail);
    if (problem == PROBLEM_NONE) {
        ck_assert_int_eq(head.has_body, cases[_i].has_body);
        ck_assert_uint_eq(head.content_length, cases[_i].content_length);
    }
}
END_TEST

static const struct {
    const char *given, *wanted;
    bool is;
} media_types[] = {
    { "application/json", "application/json", true },
    { "Application/JSON; charset=utf-8", "application/json", true },
    { "application/json ;charset=utf-8", "application/json", true },
    { "application/jsonp", "application/json", false },
    { "text/plain", "application/json", false },
    { "", "application/json", false },
    { NULL, "application/json", false },
};

static const struct {
    const char *given;
    bool is;
} charsets[] = {
    { "application/json", true },
    { "application/json; charset=utf-8", true },
    { "application/json;charset=\"UTF-8\"", true },
    { "application/json; version=1;charset=utf-8 ", true },
    { "application/json; charset=latin1", false },
    { "application/json; charset=utf-80", false },
    { "application/json; charset=utf-8; charset=utf-16", false },
    { "application/json; charset=", false },
};

START_TEST(only_utf8_is_taken_for_utf8)
{
    ck_assert_int_eq(media_type_is_utf8(charsets[_i].given), charsets[_i].is);
}
END_TEST

START_TEST(media_types_are_compared_without_parameters)
{
    ck_assert_int_eq(media_type_is(media_types[_i].given, media_types[_i].wanted), media_types[_i].is);
}
END_TEST

Suite *head_suite(void)
{
    Suite *suite = suite_create("head");
    TCase *tests = tcase_create("head");

    tcase_add_loop_test(tests, heads_are_judged, 0, (int)COUNT(cases));
    tcase_add_loop_test(tests, media_types_are_compared_without_parameters, 0, (int)COUNT(media_types));
    tcase_add_loop_test(tests, only_utf8_is_taken_for_utf8, 0, (int)COUNT(charsets));
    suite_add_tcase(suite, tests);
    return suite;
}
