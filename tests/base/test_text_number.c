/* tests/base/test_text_number.c -- numbers as Python writes them, and strict readers. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "tests/base/suites.h"

START_TEST(reals_are_written_as_python_does)
{
    FILE *file = fopen("tests/base/data/reals.txt", "r"); /* made by make_reals.py */
    uint64_t bits;
    char wanted[REAL_TEXT_BYTES];
    size_t count = 0;

    ck_assert_ptr_nonnull(file);
    for (; fscanf(file, "%" SCNx64 " %39s", &bits, wanted) == 2; count++) {
        char text[REAL_TEXT_BYTES];
        double value;

        memcpy(&value, &bits, sizeof value);
        ck_assert_uint_eq(real_to_text(value, text), strlen(wanted));
        ck_assert_str_eq(text, wanted);
        real_to_json(value, text);
        ck_assert_str_eq(text, wanted);
    }
    fclose(file);
    ck_assert_uint_gt(count, 1000);
}
END_TEST

START_TEST(what_is_not_finite_has_a_name)
{
    static const struct {
        double value;
        const char *text, *json;
    } cases[] = {
        { NAN, "nan", "\"NaN\"" },
        { -NAN, "nan", "\"NaN\"" },
        { INFINITY, "inf", "\"Infinity\"" },
        { -INFINITY, "-inf", "\"-Infinity\"" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[REAL_TEXT_BYTES];

        ck_assert_uint_eq(real_to_text(cases[i].value, text), strlen(cases[i].text));
        ck_assert_str_eq(text, cases[i].text);
        ck_assert_uint_eq(real_to_json(cases[i].value, text), strlen(cases[i].json));
        ck_assert_str_eq(text, cases[i].json);
    }
}
END_TEST

static const struct {
    const char *text;
    bool good;
    int64_t value;
} integers[] = {
    { "0", true, 0 },
    { "-17", true, -17 },
    { "9223372036854775807", true, INT64_MAX },
    { "-9223372036854775808", true, INT64_MIN },
    { "9223372036854775808", false, 0 },
    { "-9223372036854775809", false, 0 },
    { "", false, 0 },
    { "-", false, 0 },
    { "+1", false, 0 },
    { " 1", false, 0 },
    { "1 ", false, 0 },
    { "1.0", false, 0 },
    { "0x10", false, 0 },
    { "--1", false, 0 },
    { "abc", false, 0 },
};

START_TEST(integers_are_read_strictly)
{
    int64_t value = 0;

    ck_assert_int_eq(text_to_int64(integers[_i].text, &value), integers[_i].good);
    ck_assert_int_eq(value, integers[_i].value);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    double value;
} reals[] = {
    { "0", true, 0.0 },  { "-1.5", true, -1.5 },  { "1e3", true, 1000.0 }, { "2.5E-2", true, 0.025 },
    { ".5", true, 0.5 }, { "1e-999", true, 0.0 }, { "1e999", false, 0 },   { "nan", false, 0 },
    { "inf", false, 0 }, { "-inf", false, 0 },    { "", false, 0 },        { "-", false, 0 },
    { "+1", false, 0 },  { " 1", false, 0 },      { "1 ", false, 0 },      { "0x1p3", false, 0 },
    { "1e", false, 0 },  { "1.2.3", false, 0 },   { "--1", false, 0 },     { ".", false, 0 },
    { "1,5", false, 0 }, { "e5", false, 0 },      { "1-1", false, 0 },
};

START_TEST(reals_are_read_strictly)
{
    double value = 0;

    ck_assert_int_eq(text_to_double(reals[_i].text, &value), reals[_i].good);
    ck_assert_double_eq(value, reals[_i].value);
}
END_TEST

Suite *text_number_suite(void)
{
    Suite *suite = suite_create("text_number");
    TCase *tcase = tcase_create("text_number");

    tcase_add_test(tcase, reals_are_written_as_python_does);
    tcase_add_test(tcase, what_is_not_finite_has_a_name);
    tcase_add_loop_test(tcase, integers_are_read_strictly, 0, COUNT(integers));
    tcase_add_loop_test(tcase, reals_are_read_strictly, 0, COUNT(reals));
    suite_add_tcase(suite, tcase);
    return suite;
}
