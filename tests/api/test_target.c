/* tests/api/test_target.c -- the request target is refused or decoded, never guessed. */
#include "api/target.h"

#include <string.h>

#include "tests/api/suites.h"

/* The decoded segments, joined by '|', or the name of the problem. */
static const struct {
    const char *raw, *segments, *query;
    enum problem problem;
} cases[] = {
    { "/", "", NULL, PROBLEM_NONE },
    { "/v1/jobs", "v1|jobs", NULL, PROBLEM_NONE },
    { "/v1/jobs?limit=5", "v1|jobs", "limit=5", PROBLEM_NONE },
    { "/v1/jobs?", "v1|jobs", "", PROBLEM_NONE },
    { "/v1/jobs?a=/b?c", "v1|jobs", "a=/b?c", PROBLEM_NONE },
    { "/v1/b%65st.tar", "v1|best.tar", NULL, PROBLEM_NONE },
    { "/v1/%C3%A4", "v1|\xc3\xa4", NULL, PROBLEM_NONE },
    { "/v1/jobs%00/x", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs?x=%00", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs/%zz%4", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs/%4", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs/%", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs?x=%g0", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs?x=%0g", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs/..%2f..%2foutside", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/v1/jobs/..%5C..", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/v1/%0ajobs", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/v1/%c3%28", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/v1//jobs", NULL, NULL, PROBLEM_NOT_FOUND },
    { "//v1/jobs", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/v1/jobs/", NULL, NULL, PROBLEM_NOT_FOUND },
    { "/1/2/3/4/5/6/7/8/9/10/11", NULL, NULL, PROBLEM_NOT_FOUND },
    { "*", "", NULL, PROBLEM_NONE },
    { "**", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "v1/jobs", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "http://host/v1/jobs", "v1|jobs", NULL, PROBLEM_NONE },
    { "HTTPS://host:8080/v1/jobs?limit=5", "v1|jobs", "limit=5", PROBLEM_NONE },
    { "http://host", "", NULL, PROBLEM_NONE },
    { "http://host?limit=5", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "http:///v1/jobs", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "ftp://host/v1/jobs", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "host:80", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jo\xff"
      "bs",
      NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs\x01", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs\\x", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
    { "/v1/jobs#x", NULL, NULL, PROBLEM_MALFORMED_REQUEST },
};

START_TEST(targets_are_decoded_or_refused)
{
    struct arena arena = { 0 };
    struct target target;
    const char *detail = NULL;
    char joined[256] = "";
    enum problem problem = target_parse(cases[_i].raw, &arena, &target, &detail);

    ck_assert_msg(problem == cases[_i].problem, "%s: problem %d", cases[_i].raw, (int)problem);
    if (problem == PROBLEM_NONE) {
        for (size_t i = 0; i < target.segment_count; i++) {
            strcat(joined, i > 0 ? "|" : "");
            strcat(joined, target.segments[i]);
        }
        ck_assert_str_eq(joined, cases[_i].segments);
        ck_assert_pstr_eq(target.query, cases[_i].query);
    } else {
        ck_assert_ptr_nonnull(detail);
    }
    arena_fini(&arena);
}
END_TEST

START_TEST(eight_kib_are_the_limit)
{
    struct arena arena = { 0 };
    struct target target;
    const char *detail;
    char raw[TARGET_BYTES_MAX + 2];

    memset(raw, 'a', sizeof(raw));
    raw[0] = '/';
    raw[TARGET_BYTES_MAX] = '\0';
    ck_assert_int_eq(target_parse(raw, &arena, &target, &detail), PROBLEM_NONE);
    raw[TARGET_BYTES_MAX] = 'a';
    raw[TARGET_BYTES_MAX + 1] = '\0';
    ck_assert_int_eq(target_parse(raw, &arena, &target, &detail), PROBLEM_URI_TOO_LONG);
    arena_fini(&arena);
}
END_TEST

Suite *target_suite(void)
{
    Suite *suite = suite_create("target");
    TCase *tests = tcase_create("target");

    tcase_add_loop_test(tests, targets_are_decoded_or_refused, 0, (int)COUNT(cases));
    tcase_add_test(tests, eight_kib_are_the_limit);
    suite_add_tcase(suite, tests);
    return suite;
}
