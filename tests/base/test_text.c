/* tests/base/test_text.c -- growing texts, JSON texts, and the nearest name. */
#include "engine/base/text.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "tests/base/suites.h"

START_TEST(a_text_grows)
{
    struct text text = { 0 };
    char *taken;

    ck_assert_str_eq(text_bytes(&text), "");
    for (int i = 0; i < 1000; i++) {
        text_add(&text, "ab");
        text_add_char(&text, 'c');
        text_add_n(&text, "defg", 1);
        text_format(&text, "%03d", i);
    }
    ck_assert_uint_eq(text.length, 7000);
    ck_assert(strncmp(text_bytes(&text), "abcd000abcd001", 14) == 0);
    taken = text_take(&text);
    ck_assert_uint_eq(strlen(taken), 7000);
    ck_assert_uint_eq(text.length, 0);
    free(taken);
    taken = text_take(&text);
    ck_assert_str_eq(taken, "");
    free(taken);
    text_add(&text, "x");
    text_clear(&text);
    ck_assert_str_eq(text_bytes(&text), "");
    text_fini(&text);
}
END_TEST

static const struct {
    const char *string, *json;
} json_cases[] = {
    { "", "\"\"" },
    { "plain", "\"plain\"" },
    { "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
    { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
    { "\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\"" },
    { "käse €", "\"käse €\"" },
    { "a\xff\xc3", "\"a\\ufffd\\ufffd\"" },
};

START_TEST(texts_are_escaped_for_json)
{
    struct text text = { 0 };

    text_add_json_text(&text, json_cases[_i].string);
    ck_assert_str_eq(text_bytes(&text), json_cases[_i].json);
    text_fini(&text);
}
END_TEST

static const struct {
    const char *wrong, *nearest;
} nearest_cases[] = {
    { "lerning_rate", "learning_rate" },
    { "Learning_Rate", "learning_rate" },
    { "learnign_rate", "learning_rate" },
    { "momentun", "momentum" },
    { "beta3", "beta1" },
    { "colour", NULL },
    { "", NULL },
    { "x", NULL },
    { "momentum", "momentum" },
};

START_TEST(the_nearest_name_is_found)
{
    static const char *const candidates[] = { "beta1", "beta2", "learning_rate", "momentum", "x1" };
    const char *nearest = text_nearest(nearest_cases[_i].wrong, candidates, COUNT(candidates));

    ck_assert_pstr_eq(nearest, nearest_cases[_i].nearest);
}
END_TEST

START_TEST(absurdly_long_names_have_no_neighbour)
{
    char name[1000];
    const char *candidates[] = { name };

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_assert_ptr_null(text_nearest(name, candidates, 1));
    ck_assert_ptr_null(text_nearest("aaaa", candidates, 1));
}
END_TEST

START_TEST(a_hint_names_the_candidates_that_fit)
{
    static const char *const candidates[] = { "alpha", "beta", "gamma", "delta" };
    char hint[256];

    text_candidates_hint("bta", candidates, COUNT(candidates), hint, sizeof hint);
    ck_assert_str_eq(hint, "Did you mean \"beta\"? Possible are: alpha, beta, gamma, delta.");
    text_candidates_hint(NULL, candidates, COUNT(candidates), hint, sizeof hint);
    ck_assert_str_eq(hint, "Possible are: alpha, beta, gamma, delta.");
    text_candidates_hint(NULL, candidates, COUNT(candidates), hint, 55);
    ck_assert_str_eq(hint, "Possible are: alpha, beta and 2 more.");
    text_candidates_hint("beta", candidates, COUNT(candidates), hint, 24);
    ck_assert_str_eq(hint, "Did you mean \"beta\"?");
    text_candidates_hint("beta", candidates, 0, hint, sizeof hint);
    ck_assert_str_eq(hint, "");
}
END_TEST

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("text");

    tcase_add_test(tcase, a_text_grows);
    tcase_add_loop_test(tcase, texts_are_escaped_for_json, 0, COUNT(json_cases));
    tcase_add_loop_test(tcase, the_nearest_name_is_found, 0, COUNT(nearest_cases));
    tcase_add_test(tcase, a_hint_names_the_candidates_that_fit);
    tcase_add_test(tcase, absurdly_long_names_have_no_neighbour);
    suite_add_tcase(suite, tcase);
    return suite;
}
