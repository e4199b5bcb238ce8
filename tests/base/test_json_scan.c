/* tests/base/test_json_scan.c -- what is JSON, what is not, and where it stops being so. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "tests/base/suites.h"

static const char *const good[] = {
    "{}",
    "[]",
    "0",
    "-0.5e+10",
    "1E5",
    "\"\"",
    "true",
    " \t\r\n{\"a\" : [1 , 2.5, null, false, {\"b\": \"\\u00e4\\n\\\"\\/\"}]} \n",
    "{\"a\": 1, \"A\": 2, \"\": 3}",
    "[{\"a\": 1}, {\"a\": 2}]",
    "{\"a\": {\"a\": {\"a\": 1}}}",
    "\"\\ud83d\\ude00 \xf0\x9f\x98\x80\"",
    "1.7976931348623157e308",
    "1e-999",
    "9007199254740993",
    "\"\x7f\"",
};

START_TEST(json_is_accepted)
{
    struct error_list errors = { 0 };

    ck_assert(json_scan(good[_i], strlen(good[_i]), &json_limits_definition, &errors));
    ck_assert_uint_eq(errors.count, 0);
    error_list_fini(&errors);
}
END_TEST

static const struct {
    const char *text;
    enum error_code code;
    unsigned line, column;
    const char *pointer, *message;
} bad[] = {
    { "", ERROR_SYNTAX, 1, 1, "", "the text is empty" },
    { "  \n ", ERROR_SYNTAX, 1, 1, "", "the text is empty" },
    { "hello", ERROR_SYNTAX, 1, 1, "", "'hello' is not a value of JSON" },
    { "{\"name\":\"a\",}", ERROR_SYNTAX, 1, 13, "", "'}' stands where another member is needed" },
    { "[1,\n2, ]", ERROR_SYNTAX, 2, 4, "", "']' stands where another element is needed" },
    { "[,1]", ERROR_SYNTAX, 1, 2, "/0", "',' stands where a value is needed" },
    { "{\"name\":\"a\"} x", ERROR_SYNTAX, 1, 14, "", "'x' stands where the end of the text is needed" },
    { "{} {}", ERROR_SYNTAX, 1, 4, "", "'{' stands where the end of the text is needed" },
    { "{\"a\": NaN}", ERROR_SYNTAX, 1, 7, "/a", "'NaN' is not a value of JSON" },
    { "{\"a\": -Infinity}", ERROR_SYNTAX, 1, 7, "/a", "'-' is not a number of JSON" },
    { "{\"a\": True}", ERROR_SYNTAX, 1, 7, "/a", "'True' is not a value of JSON" },
    { "{\"a\": [0, 1e999]}", ERROR_OUT_OF_RANGE, 1, 11, "/a/1", "1e999 is too large a number" },
    { "{\"seed\": 01}", ERROR_SYNTAX, 1, 10, "/seed", "'01' is not a number of JSON" },
    { "+1", ERROR_SYNTAX, 1, 1, "", "'+1' is not a number of JSON" },
    { ".5", ERROR_SYNTAX, 1, 1, "", "'.5' is not a number of JSON" },
    { "5.", ERROR_SYNTAX, 1, 1, "", "'5.' is not a number of JSON" },
    { "1e", ERROR_SYNTAX, 1, 1, "", "'1e' is not a number of JSON" },
    { "-", ERROR_SYNTAX, 1, 1, "", "'-' is not a number of JSON" },
    { "0x10", ERROR_SYNTAX, 1, 2, "", "'x' stands where the end of the text is needed" },
    { "{\"name\":\"a\",\n \"name\":\"b\"}", ERROR_DUPLICATE, 2, 2, "/name",
      "the member is given more than once" },
    { "{\"a\":1,\"\\u0061\":2}", ERROR_DUPLICATE, 1, 8, "/a", "the member is given more than once" },
    { "{\"name\":\"\xff\xfe\"}", ERROR_SYNTAX, 1, 10, "/name", "the text is not UTF-8 here" },
    { "\xff", ERROR_SYNTAX, 1, 1, "", "the text is not UTF-8 here" },
    { "{\"name\": \"a\\u0000b\"}", ERROR_INVALID_VALUE, 1, 10, "/name",
      "the string holds the character U+0000" },
    { "\"\\ud800\"", ERROR_SYNTAX, 1, 2, "", "half of a surrogate pair stands alone" },
    { "\"\\udc00\\ud800\"", ERROR_SYNTAX, 1, 2, "", "half of a surrogate pair stands alone" },
    { "\"\\ud800\\u0041\"", ERROR_SYNTAX, 1, 2, "", "half of a surrogate pair stands alone" },
    { "\"\\u12g4\"", ERROR_SYNTAX, 1, 2, "", "four hexadecimal digits must follow \\u" },
    { "\"\\u12", ERROR_SYNTAX, 1, 2, "", "four hexadecimal digits must follow \\u" },
    { "\"\\x\"", ERROR_SYNTAX, 1, 2, "", "there is no such escape" },
    { "\"\\", ERROR_SYNTAX, 1, 2, "", "there is no such escape" },
    { "\xef\xbb\xbf{}", ERROR_SYNTAX, 1, 1, "", "the text begins with a byte-order mark" },
    { "\"a\nb\"", ERROR_SYNTAX, 1, 3, "", "a control character in a string must be escaped" },
    { "\"abc", ERROR_SYNTAX, 1, 5, "", "the string does not end" },
    { "{\"a\"", ERROR_SYNTAX, 1, 5, "/a", "the text ends where a colon is needed" },
    { "{\"a\":", ERROR_SYNTAX, 1, 6, "/a", "the text ends where a value is needed" },
    { "{\"a\":1", ERROR_SYNTAX, 1, 7, "", "the text ends where a comma or a closing brace is needed" },
    { "[1", ERROR_SYNTAX, 1, 3, "", "the text ends where a comma or a closing bracket is needed" },
    { "[1}", ERROR_SYNTAX, 1, 3, "", "'}' stands where a comma or a closing bracket is needed" },
    { "{1:2}", ERROR_SYNTAX, 1, 2, "", "'1' stands where the name of a member in double quotes is needed" },
    { "{'a':2}", ERROR_SYNTAX, 1, 2, "", "''' stands where the name of a member in double quotes is needed" },
    { "[\"ä€\", \v]", ERROR_SYNTAX, 1, 8, "/1", "U+000B stands where a value is needed" },
    { "// x\n1", ERROR_SYNTAX, 1, 1, "", "'/' stands where a value is needed" },
    { "[1111111111111111111111111111111111111111111111111111111111111111]", ERROR_LIMIT, 1, 2, "/0",
      "the number has 64 characters, more than 63" },
};

START_TEST(what_is_not_json_is_refused_with_its_place)
{
    struct error_list errors = { 0 };

    ck_assert(!json_scan(bad[_i].text, strlen(bad[_i].text), &json_limits_definition, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, bad[_i].message);
    ck_assert_str_eq(errors.items[0].pointer, bad[_i].pointer);
    ck_assert_int_eq(errors.items[0].code, bad[_i].code);
    ck_assert_uint_eq(errors.items[0].json_line, bad[_i].line);
    ck_assert_uint_eq(errors.items[0].json_column, bad[_i].column);
    error_list_fini(&errors);
}
END_TEST

START_TEST(a_nul_byte_is_no_end)
{
    struct error_list errors = { 0 };

    ck_assert(!json_scan("{}\0", 3, &json_limits_definition, &errors));
    ck_assert_str_eq(errors.items[0].message, "U+0000 stands where the end of the text is needed");
    error_list_fini(&errors);
    ck_assert(!json_scan("[\0]", 3, &json_limits_definition, &errors));
    error_list_fini(&errors);
    ck_assert(!json_scan("\"\0\"", 3, &json_limits_definition, &errors));
    error_list_fini(&errors);
}
END_TEST

START_TEST(what_is_behind_the_length_is_not_read)
{
    static const char text[] = "{\"a\": [true, 12, \"\\ud83d\\ude00\"]}";

    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *exact = malloc(length + 1); /* The sanitizer watches its end. */
        struct error_list errors = { 0 };

        exact = realloc(exact, length ? length : 1);
        memcpy(exact, text, length);
        ck_assert(!json_scan(exact, length, &json_limits_definition, &errors));
        ck_assert_uint_eq(errors.count, 1);
        error_list_fini(&errors);
        free(exact);
    }
}
END_TEST

START_TEST(what_does_not_end_the_scan_is_collected)
{
    static const char text[] =
        "{\"a\": 1e999, \"b\": {\"c\": 1, \"c\": 2, \"c\": 3}, \"d\": \"\\u0000\", \"a\": -1e999}";
    static const char *const pointers[] = { "/a", "/b/c", "/b/c", "/d", "/a", "/a" };
    struct error_list errors = { 0 };

    ck_assert(!json_scan(text, sizeof text - 1, &json_limits_definition, &errors));
    ck_assert_uint_eq(errors.count, COUNT(pointers));
    for (size_t i = 0; i < COUNT(pointers); i++)
        ck_assert_str_eq(errors.items[i].pointer, pointers[i]);
    error_list_fini(&errors);
}
END_TEST

/* `unit` that many times between `prefix` and `suffix`. */
static bool scan_repeated(const char *prefix, const char *unit, size_t count, const char *suffix,
                          const char *message)
{
    struct text text = { 0 };
    struct error_list errors = { 0 };
    bool passed;

    text_add(&text, prefix);
    for (size_t i = 0; i < count; i++)
        text_add(&text, unit);
    text_add(&text, suffix);
    passed = json_scan(text_bytes(&text), text.length, &json_limits_definition, &errors);
    ck_assert_int_eq(passed, errors.count == 0);
    if (!passed) {
        ck_assert_int_eq(errors.items[0].code, strstr(message, "nested") ? ERROR_SYNTAX : ERROR_LIMIT);
        ck_assert_str_eq(errors.items[0].message, message);
    }
    error_list_fini(&errors);
    text_fini(&text);
    return passed;
}

START_TEST(limits_hold)
{
    ck_assert(scan_repeated("", "[", 32, "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ""));
    ck_assert(!scan_repeated("", "[", 33, "]", "nested more than 32 deep"));
    ck_assert(!scan_repeated("{\"x\":", "[", 1001, "", "nested more than 32 deep"));
    ck_assert(!scan_repeated("", "{\"a\":", 500000 / 5, "", "nested more than 32 deep"));
    ck_assert(scan_repeated("[0", ",0", 19998, "]", ""));
    ck_assert(!scan_repeated("[0", ",0", 19999, "]", "the text holds more than 20000 values"));
    ck_assert(scan_repeated("\"", "ä", 32768, "\"", ""));
    ck_assert(!scan_repeated("\"", "ä", 32769, "\"", "the string has 65538 bytes, more than 65536"));
    ck_assert(scan_repeated("{}", " ", 1024 * 1024 - 2, "", ""));
    ck_assert(
        !scan_repeated("{}", " ", 1024 * 1024 - 1, "", "the text has 1048577 bytes, more than 1048576"));
}
END_TEST

Suite *json_scan_suite(void)
{
    Suite *suite = suite_create("json_scan");
    TCase *tcase = tcase_create("json_scan");

    tcase_add_loop_test(tcase, json_is_accepted, 0, COUNT(good));
    tcase_add_loop_test(tcase, what_is_not_json_is_refused_with_its_place, 0, COUNT(bad));
    tcase_add_test(tcase, a_nul_byte_is_no_end);
    tcase_add_test(tcase, what_is_behind_the_length_is_not_read);
    tcase_add_test(tcase, what_does_not_end_the_scan_is_collected);
    tcase_add_test(tcase, limits_hold);
    suite_add_tcase(suite, tcase);
    return suite;
}
