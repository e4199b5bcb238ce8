/* tests/base/test_value.c -- values: Python's truth, equality and texts. */
#include "engine/base/value.h"

#include <math.h>

#include "engine/base/error.h"
#include "tests/base/suites.h"

/* ["a", 1.0, None, {"k'": true, "n": [1]}] */
static struct value sample(void)
{
    struct value list = value_list(), table = value_table(), inner = value_list();

    value_append(&inner, value_integer(1));
    value_set(&table, "k'", value_boolean(true));
    value_set(&table, "n", inner);
    value_append(&list, value_text("a"));
    value_append(&list, value_real(1.0));
    value_append(&list, value_none());
    value_append(&list, table);
    return list;
}

static struct value tuple_of(size_t count, const char *text)
{
    struct value tuple = value_tuple();

    for (size_t i = 0; i < count; i++)
        value_append(&tuple, value_text(text));
    return tuple;
}

static void check_print(struct value value, const char *print, const char *json)
{
    struct text text = { 0 };

    value_print(&value, &text);
    ck_assert_str_eq(text_bytes(&text), print);
    text_clear(&text);
    value_to_json(&value, &text);
    ck_assert_str_eq(text_bytes(&text), json);
    text_fini(&text);
    value_fini(&value);
    ck_assert_int_eq(value.kind, VALUE_NONE);
}

START_TEST(values_are_printed_as_python_and_as_json)
{
    check_print(value_none(), "None", "null");
    check_print(value_boolean(true), "True", "true");
    check_print(value_boolean(false), "False", "false");
    check_print(value_integer(INT64_MIN), "-9223372036854775808", "-9223372036854775808");
    check_print(value_real(0.1), "0.1", "0.1");
    check_print(tuple_of(0, "a"), "()", "[]");
    check_print(tuple_of(1, "a"), "('a',)", "[\"a\"]");
    check_print(tuple_of(2, "a"), "('a', 'a')", "[\"a\",\"a\"]");
    check_print(value_real(1e16), "1e+16", "1e+16");
    check_print(value_real(NAN), "nan", "\"NaN\"");
    check_print(value_real(-INFINITY), "-inf", "\"-Infinity\"");
    check_print(value_text("it's \"x\"\n"), "it's \"x\"\n", "\"it's \\\"x\\\"\\n\"");
    check_print(value_text(NULL), "", "\"\"");
    check_print(value_list(), "[]", "[]");
    check_print(value_table(), "{}", "{}");
    check_print(sample(), "['a', 1.0, None, {\"k'\": True, 'n': [1]}]",
                "[\"a\",1.0,null,{\"k'\":true,\"n\":[1]}]");
}
END_TEST

/* What Python 3.11 prints for [text]. */
static const struct {
    const char *text, *repr;
} reprs[] = {
    { "a", "['a']" },
    { "it's", "[\"it's\"]" },
    { "say \"x\"", "['say \"x\"']" },
    { "it's \"x\"", "['it\\'s \"x\"']" },
    { "a\\b", "['a\\\\b']" },
    { "\n\r\t\x01\x7f", "['\\n\\r\\t\\x01\\x7f']" },
    { "käse €", "['käse €']" },
    { "\xc2\xa0\xc2\xad", "['\\xa0\\xad']" },
    { "\xe2\x80\xa8", "['\\u2028']" },
    { "\xf3\xa0\x80\x81", "['\\U000e0001']" },
};

START_TEST(texts_inside_lists_are_quoted_as_python_does)
{
    struct value list = value_list();
    struct text text = { 0 };

    value_append(&list, value_text(reprs[_i].text));
    value_print(&list, &text);
    ck_assert_str_eq(text_bytes(&text), reprs[_i].repr);
    text_fini(&text);
    value_fini(&list);
}
END_TEST

START_TEST(a_copy_is_equal_and_apart)
{
    struct value original = sample(), copy = value_copy(&original);

    ck_assert(value_equal(&original, &copy));
    value_append(&copy, value_integer(1));
    ck_assert(!value_equal(&original, &copy));
    value_fini(&original);
    ck_assert_str_eq(copy.list.items[0].text, "a");
    value_fini(&copy);
}
END_TEST

START_TEST(a_table_keeps_its_order_and_replaces)
{
    struct value table = value_table(), other = value_table();
    struct text text = { 0 };

    value_set(&table, "b", value_integer(1));
    value_set(&table, "a", value_integer(2));
    value_set(&table, "b", value_text("x"));
    value_to_json(&table, &text);
    ck_assert_str_eq(text_bytes(&text), "{\"b\":\"x\",\"a\":2}");
    ck_assert_ptr_null(value_get(&table, "c"));
    ck_assert_int_eq(value_get(&table, "a")->integer, 2);
    value_set(&other, "a", value_real(2.0));
    ck_assert(!value_equal(&table, &other));
    value_set(&other, "b", value_text("x"));
    ck_assert(value_equal(&table, &other));
    text_fini(&text);
    value_fini(&table);
    value_fini(&other);
}
END_TEST

START_TEST(numbers_are_equal_across_kinds)
{
    const struct {
        struct value a, b;
        bool equal;
    } cases[] = {
        { value_integer(1), value_real(1.0), true },
        { value_boolean(true), value_integer(1), true },
        { value_boolean(false), value_real(-0.0), true },
        { value_real(NAN), value_real(NAN), false },
        { value_integer(9007199254740993), value_real(9007199254740992.0), false },
        { value_integer(INT64_MAX), value_real(9223372036854775808.0), false },
        { value_integer(INT64_MIN), value_real(-9223372036854775808.0), true },
        { value_integer(1), value_real(INFINITY), false },
        { value_integer(1), value_real(NAN), false },
        { value_none(), value_none(), true },
        { value_none(), value_boolean(false), false },
        { value_list(), value_table(), false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(value_equal(&cases[i].a, &cases[i].b), cases[i].equal);
        ck_assert_int_eq(value_equal(&cases[i].b, &cases[i].a), cases[i].equal);
    }
}
END_TEST

START_TEST(emptiness_and_zero_are_false)
{
    struct value empty = value_text(""), full = value_text("0"), list = value_list();

    ck_assert(!value_truthy(&(struct value){ 0 }));
    ck_assert(!value_truthy(&(struct value){ .kind = VALUE_REAL, .real = -0.0 }));
    ck_assert(value_truthy(&(struct value){ .kind = VALUE_REAL, .real = NAN }));
    ck_assert(!value_truthy(&(struct value){ .kind = VALUE_INTEGER }));
    ck_assert(!value_truthy(&empty));
    ck_assert(value_truthy(&full));
    ck_assert(!value_truthy(&list));
    value_append(&list, value_none());
    ck_assert(value_truthy(&list));
    value_fini(&empty);
    value_fini(&full);
    value_fini(&list);
}
END_TEST

START_TEST(numbers_can_be_had_as_reals)
{
    struct value text = value_text("1");
    double real = 7;

    ck_assert(value_as_real(&(struct value){ .kind = VALUE_BOOLEAN, .boolean = true }, &real) && real == 1.0);
    ck_assert(value_as_real(&(struct value){ .kind = VALUE_INTEGER, .integer = -3 }, &real) && real == -3.0);
    ck_assert(value_as_real(&(struct value){ .kind = VALUE_REAL, .real = 0.5 }, &real) && real == 0.5);
    ck_assert(!value_as_real(&text, &real) && real == 0.5);
    value_fini(&text);
}
END_TEST

START_TEST(bytes_grow_with_what_is_held)
{
    struct value list = value_list(), table = value_table(), number = value_integer(1);
    size_t bytes;

    ck_assert_uint_eq(value_bytes(&number), 0);
    value_append(&list, value_text("0123456789"));
    bytes = value_bytes(&list);
    ck_assert_uint_ge(bytes, sizeof(struct value) + 11);
    value_add(&table, "key", value_copy(&list));
    ck_assert_uint_ge(value_bytes(&table), bytes + sizeof(struct value) + 4);
    ck_assert_ptr_nonnull(value_get(&table, "key"));
    value_fini(&table);
    value_fini(&list);
}
END_TEST

Suite *value_suite(void)
{
    Suite *suite = suite_create("value");
    TCase *tcase = tcase_create("value");

    tcase_add_test(tcase, values_are_printed_as_python_and_as_json);
    tcase_add_loop_test(tcase, texts_inside_lists_are_quoted_as_python_does, 0, COUNT(reprs));
    tcase_add_test(tcase, a_copy_is_equal_and_apart);
    tcase_add_test(tcase, a_table_keeps_its_order_and_replaces);
    tcase_add_test(tcase, numbers_are_equal_across_kinds);
    tcase_add_test(tcase, emptiness_and_zero_are_false);
    tcase_add_test(tcase, numbers_can_be_had_as_reals);
    tcase_add_test(tcase, bytes_grow_with_what_is_held);
    suite_add_tcase(suite, tcase);
    return suite;
}
