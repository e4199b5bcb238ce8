/* tests/api/test_etag.c -- entity tags match as RFC 9110 says. */
#include "api/etag.h"

#include "engine/base/error.h"
#include "tests/api/suites.h"

static const struct {
    const char *list, *etag;
    bool strong, weak;
} cases[] = {
    { "\"a\"", "\"a\"", true, true },       { "\"b\"", "\"a\"", false, false },
    { "*", "\"a\"", true, true },           { "\"b\", \"a\"", "\"a\"", true, true },
    { "\"b\",\"a\"", "\"a\"", true, true }, { "W/\"a\"", "\"a\"", false, true },
    { "\"a\"", "W/\"a\"", false, true },    { "\"a,b\", \"c\"", "\"c\"", true, true },
    { "\"a,b\"", "\"b\"", false, false },   { "\"ab\"", "\"a\"", false, false },
    { "a", "\"a\"", false, false },         { "\"a", "\"a\"", false, false },
    { "\"a-gzip\"", "\"a\"", true, true },  { "\"a\"", "\"a-gzip\"", true, true },
    { "\"-gzip\"", "\"\"", true, true },    { "\"a-gzip", "\"a\"", false, false },
    { "\"a-gzi\"", "\"a\"", false, false }, { "\"ab-gzip\"", "\"a\"", false, false },
    { "", "\"a\"", false, false },          { ",,", "\"a\"", false, false },
};

START_TEST(lists_are_searched)
{
    ck_assert_int_eq(etag_list_has_strong(cases[_i].list, cases[_i].etag), cases[_i].strong);
    ck_assert_int_eq(etag_list_has_weak(cases[_i].list, cases[_i].etag), cases[_i].weak);
}
END_TEST

START_TEST(if_range_needs_the_same_strong_tag)
{
    ck_assert(if_range_holds(NULL, "\"a\""));
    ck_assert(if_range_holds("\"a\"", "\"a\""));
    ck_assert(!if_range_holds("\"old\"", "\"a\""));
    ck_assert(!if_range_holds("W/\"a\"", "W/\"a\""));
    ck_assert(!if_range_holds("Wed, 21 Oct 2015 07:28:00 GMT", "\"a\""));
    ck_assert(!if_range_holds("\"a\"", NULL));
}
END_TEST

Suite *etag_suite(void)
{
    Suite *suite = suite_create("etag");
    TCase *tests = tcase_create("etag");

    tcase_add_loop_test(tests, lists_are_searched, 0, (int)COUNT(cases));
    tcase_add_test(tests, if_range_needs_the_same_strong_tag);
    suite_add_tcase(suite, tests);
    return suite;
}
