/* tests/api/test_range.c -- single ranges are cut, everything else is the whole. */
#include "api/range.h"

#include "engine/base/error.h"
#include "tests/api/suites.h"

static const struct {
    const char *range;
    uint64_t size;
    enum range_verdict verdict;
    uint64_t first, bytes;
} cases[] = {
    { NULL, 100, RANGE_WHOLE, 0, 0 },
    { "bytes=0-9", 100, RANGE_PART, 0, 10 },
    { "Bytes=0-0", 100, RANGE_PART, 0, 1 },
    { "bytes=90-", 100, RANGE_PART, 90, 10 },
    { "bytes=99-", 100, RANGE_PART, 99, 1 },
    { "bytes=100-", 100, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=99999999999-", 100, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=99999999999999999999999-", 100, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=5-99999999999999999999999", 100, RANGE_PART, 5, 95 },
    { "bytes=-10", 100, RANGE_PART, 90, 10 },
    { "bytes=-1000", 100, RANGE_PART, 0, 100 },
    { "bytes=-0", 100, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=0-9", 0, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=-5", 0, RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=9-0", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=abc", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=-", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=0-1,3-4", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=0-1x", 100, RANGE_WHOLE, 0, 0 },
    { "bytes=+1-2", 100, RANGE_WHOLE, 0, 0 },
    { "lines=0-9", 100, RANGE_WHOLE, 0, 0 },
    { "", 100, RANGE_WHOLE, 0, 0 },
};

START_TEST(ranges_are_cut_or_ignored)
{
    uint64_t first = 0, bytes = 0;

    ck_assert_int_eq(range_parse(cases[_i].range, cases[_i].size, &first, &bytes), cases[_i].verdict);
    ck_assert_uint_eq(first, cases[_i].first);
    ck_assert_uint_eq(bytes, cases[_i].bytes);
}
END_TEST

Suite *range_suite(void)
{
    Suite *suite = suite_create("range");
    TCase *tests = tcase_create("range");

    tcase_add_loop_test(tests, ranges_are_cut_or_ignored, 0, (int)COUNT(cases));
    suite_add_tcase(suite, tests);
    return suite;
}
