/* tests/base/test_param_text.c -- tables bound from query strings, flags and the environment. */
#include "engine/base/param_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/base/suites.h"

struct page {
    bool live;
    int64_t limit;
    double wait;
    const char *after;
    int order;
    struct integer_list ids;
    struct real_list steps;
    struct text_list records;
};

static const char *const orders[] = { "up", "down", NULL };

static bool no_dots(const void *field, char *message, size_t message_bytes)
{
    if (!strchr(*(const char *const *)field, '.'))
        return true;
    snprintf(message, message_bytes, "a dot is not allowed");
    return false;
}

static const struct param params[] = { PARAM(page, live, BOOLEAN, .preset = "false"),
                                       PARAM(page, limit, INTEGER, .preset = "50", .min = 1, .max = 1000),
                                       PARAM(page, wait, REAL, .min = 0, .max = 60),
                                       PARAM(page, after, TEXT, .check = no_dots),
                                       PARAM(page, order, CHOICE, .choices = orders, .preset = "\"down\""),
                                       PARAM(page, ids, INTEGERS, .preset = "[3, 4]", .count_max = 3),
                                       PARAM(page, steps, REALS, .about = "How far."),
                                       PARAM(page, records, TEXTS, .preset = "[\"a\", \"b, \\\"c\\\"\"]"),
                                       PARAM_END };

enum { TEXTS_MAX = 4 };

static struct arena arena;
static struct error_list errors;
static struct page page;

static void setup(void)
{
    arena = (struct arena){ 0 };
    errors = (struct error_list){ 0 };
    page = (struct page){ 0 };
}

static void teardown(void)
{
    arena_fini(&arena);
    error_list_fini(&errors);
}

static bool bind(const struct param_text *texts, size_t count)
{
    return param_text_bind(params, "query parameter", texts, count, &arena, &page, &errors);
}

START_TEST(presets_stand_for_what_is_not_given)
{
    ck_assert(bind(NULL, 0));
    ck_assert(!page.live);
    ck_assert_int_eq(page.limit, 50);
    ck_assert(isnan(page.wait));
    ck_assert_ptr_null(page.after);
    ck_assert_int_eq(page.order, 1);
    ck_assert_uint_eq(page.ids.count, 2);
    ck_assert_int_eq(page.ids.items[0], 3);
    ck_assert_int_eq(page.ids.items[1], 4);
    ck_assert(!page.steps.given);
    ck_assert_uint_eq(page.records.count, 2);
    ck_assert_str_eq(page.records.items[0], "a");
    ck_assert_str_eq(page.records.items[1], "b, \"c\"");
}
END_TEST

START_TEST(texts_are_bound)
{
    static const struct param_text texts[] = {
        { "records", "x", NULL }, { "limit", "1000", NULL },       { "live", "true", NULL },
        { "wait", "0.5", NULL },  { "after", "a,b", NULL },        { "order", "up", NULL },
        { "ids", "7", NULL },     { "steps", "1,2.5,-3e2", NULL }, { "records", "y,z", NULL },
        { "ids", "8,9", NULL },   { "records", "", NULL },
    };

    ck_assert(bind(texts, COUNT(texts)));
    ck_assert(page.live);
    ck_assert_int_eq(page.limit, 1000);
    ck_assert_double_eq(page.wait, 0.5);
    ck_assert_str_eq(page.after, "a,b");
    ck_assert_int_eq(page.order, 0);
    ck_assert_uint_eq(page.ids.count, 3);
    ck_assert_int_eq(page.ids.items[2], 9);
    ck_assert_uint_eq(page.steps.count, 3);
    ck_assert_double_eq(page.steps.items[2], -300.0);
    ck_assert_uint_eq(page.records.count, 3);
    ck_assert_str_eq(page.records.items[0], "x");
    ck_assert_str_eq(page.records.items[1], "y,z");
    ck_assert_str_eq(page.records.items[2], "");
}
END_TEST

START_TEST(many_elements_are_kept)
{
    struct param_text texts[1000];
    char numbers[1000][8];

    for (int i = 0; i < 1000; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%d", i);
        texts[i] = (struct param_text){ "records", numbers[i], NULL };
    }
    ck_assert(bind(texts, 1000));
    ck_assert_uint_eq(page.records.count, 1000);
    for (int i = 0; i < 1000; i++)
        ck_assert_str_eq(page.records.items[i], numbers[i]);
}
END_TEST

static const struct {
    struct param_text texts[TEXTS_MAX];
    enum error_code code;
    const char *message;
} cases[] = {
    { { { "limit", "0", NULL } },
      ERROR_OUT_OF_RANGE,
      "query parameter \"limit\": 0 is not between 1 and 1000" },
    { { { "limit", "1e9", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"limit\": a whole number is needed, not \"1e9\"" },
    { { { "limit", "", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"limit\": a whole number is needed, not \"\"" },
    { { { "limit", NULL, NULL } }, ERROR_INVALID_VALUE, "query parameter \"limit\": a value is needed" },
    { { { "limit", "99999999999999999999", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"limit\": a whole number is needed, not \"99999999999999999999\"" },
    { { { "limit", "5", NULL }, { "limit", "5", NULL } },
      ERROR_DUPLICATE,
      "query parameter \"limit\": given more than once" },
    { { { "wait", "soon", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"wait\": a number is needed, not \"soon\"" },
    { { { "wait", "61", "--wait" } },
      ERROR_OUT_OF_RANGE,
      "query parameter \"--wait\": 61 is not between 0 and 60" },
    { { { "live", "yes", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"live\": true or false is needed, not \"yes\"" },
    { { { "live", "1", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"live\": true or false is needed, not \"1\"" },
    { { { "live", "True", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"live\": true or false is needed, not \"True\"" },
    { { { "live", NULL, NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"live\": true or false is needed, not \"\"" },
    { { { "order", "sideways", NULL } },
      ERROR_INVALID_VALUE,
      "query parameter \"order\": \"sideways\" is not a choice here" },
    { { { "lmit", "5", NULL } }, ERROR_UNKNOWN_MEMBER, "unknown query parameter \"lmit\"" },
    { { { "ids", "1,,2", NULL } },
      ERROR_WRONG_TYPE,
      "query parameter \"ids\": a whole number is needed, not \"\"" },
    { { { "ids", "1,2", NULL }, { "ids", "3,4", NULL } },
      ERROR_OUT_OF_RANGE,
      "query parameter \"ids\": 4 elements are too many: 3 at most" },
    { { { "after", "a.b", NULL } }, ERROR_INVALID_VALUE, "query parameter \"after\": a dot is not allowed" },
};

START_TEST(a_bad_text_is_reported_with_its_name)
{
    size_t count = 0;

    while (count < TEXTS_MAX && cases[_i].texts[count].name)
        count++;
    ck_assert(!bind(cases[_i].texts, count));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, cases[_i].message);
    ck_assert_int_eq(errors.items[0].code, cases[_i].code);
    ck_assert_str_eq(errors.items[0].pointer, "");
}
END_TEST

START_TEST(a_missing_text_is_reported)
{
    static const struct param needed[] = { PARAM(page, after, TEXT, .required = true), PARAM_END };

    ck_assert(!param_text_bind(needed, "flag", NULL, 0, &arena, &page, &errors));
    ck_assert_str_eq(errors.items[0].message, "the flag \"after\" is missing");
    ck_assert_int_eq(errors.items[0].code, ERROR_MISSING_MEMBER);
}
END_TEST

START_TEST(all_bad_texts_are_reported)
{
    static const struct param_text texts[] = { { "limit", "x", NULL },
                                               { "foo", "y", NULL },
                                               { "wait", "z", NULL } };

    ck_assert(!bind(texts, COUNT(texts)));
    ck_assert_uint_eq(errors.count, 3);
    ck_assert_str_eq(errors.items[0].hint,
                     "Possible are: live, limit, wait, after, order, ids, steps, records.");
}
END_TEST

Suite *param_text_suite(void)
{
    Suite *suite = suite_create("param_text");
    TCase *tcase = tcase_create("param_text");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, presets_stand_for_what_is_not_given);
    tcase_add_test(tcase, texts_are_bound);
    tcase_add_test(tcase, many_elements_are_kept);
    tcase_add_loop_test(tcase, a_bad_text_is_reported_with_its_name, 0, COUNT(cases));
    tcase_add_test(tcase, a_missing_text_is_reported);
    tcase_add_test(tcase, all_bad_texts_are_reported);
    suite_add_tcase(suite, tcase);
    return suite;
}
