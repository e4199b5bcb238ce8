/* tests/base/test_json_locate.c -- from a JSON Pointer back to line and column. */

#include "engine/base/json.h"
#include "tests/base/suites.h"

static const char text[] = "{\n"
                           "  \"a\": {\"b/c\": [10, {\"d\": true}, \"ä]\"], \"~\": -1},\n"
                           "  \"käse\": \"}\\\"\", \"e\\u0066\": [ ],\n"
                           "\n"
                           "  \"last\":\n"
                           "      12.5}\n";

static const struct {
    const char *pointer;
    unsigned line, column;
} cases[] = {
    { "", 1, 1 },
    { "/a", 2, 8 },
    { "/a/b~1c", 2, 16 },
    { "/a/b~1c/0", 2, 17 },
    { "/a/b~1c/1", 2, 21 },
    { "/a/b~1c/1/d", 2, 27 },
    { "/a/b~1c/2", 2, 34 },
    { "/a/~0", 2, 46 },
    { "/käse", 3, 11 },
    { "/ef", 3, 29 },
    { "/last", 6, 7 },
    /* What is not there: its nearest enclosing value. */
    { "/nothing", 1, 1 },
    { "/a/nothing", 2, 8 },
    { "/a/b~1c/3", 2, 16 },
    { "/a/b~1c/-1", 2, 16 },
    { "/a/b~1c/x", 2, 16 },
    { "/ef/0", 3, 29 },
    { "/last/deeper/still", 6, 7 },
    { "/", 1, 1 },
};

START_TEST(values_are_found)
{
    unsigned line = 0, column = 0;

    json_locate(text, sizeof text - 1, cases[_i].pointer, &line, &column);
    ck_assert_uint_eq(line, cases[_i].line);
    ck_assert_uint_eq(column, cases[_i].column);
}
END_TEST

START_TEST(known_places_are_kept_and_order_the_list)
{
    struct error_list errors = { 0 };

    REPORT(&errors, ERROR_SHAPE, NULL, "one");
    REPORT(&errors, ERROR_SHAPE, &(struct json_path){ .key = "last" }, "two");
    errors.items[0].json_line = 99;
    errors.items[0].json_column = 98;
    json_locate_errors(text, sizeof text - 1, &errors);
    ck_assert_str_eq(errors.items[0].message, "two");
    ck_assert_uint_eq(errors.items[0].json_line, 6);
    ck_assert_uint_eq(errors.items[0].json_column, 7);
    ck_assert_uint_eq(errors.items[1].json_line, 99);
    error_list_fini(&errors);
}
END_TEST

START_TEST(a_broken_text_does_no_harm)
{
    unsigned line, column;

    for (size_t start = 0; start < sizeof text; start++)
        for (size_t i = 0; i < COUNT(cases); i++)
            json_locate(text + start, sizeof text - 1 - start, cases[i].pointer, &line, &column);
    for (size_t length = 0; length < sizeof text; length++)
        for (size_t i = 0; i < COUNT(cases); i++)
            json_locate(text, length, cases[i].pointer, &line, &column);
    ck_assert_uint_ge(line, 1);
}
END_TEST

Suite *json_locate_suite(void)
{
    Suite *suite = suite_create("json_locate");
    TCase *tcase = tcase_create("json_locate");

    tcase_add_loop_test(tcase, values_are_found, 0, COUNT(cases));
    tcase_add_test(tcase, known_places_are_kept_and_order_the_list);
    tcase_add_test(tcase, a_broken_text_does_no_harm);
    suite_add_tcase(suite, tcase);
    return suite;
}
