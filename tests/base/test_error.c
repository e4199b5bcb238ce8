/* tests/base/test_error.c -- raising, collecting, and spelling places. */
#include "engine/base/error.h"

#include <errno.h>
#include <string.h>

#include "tests/base/suites.h"

START_TEST(a_place_is_spelled_as_a_json_pointer)
{
    struct json_path extensions = { .key = "extensions" }, second = { .parent = &extensions, .index = 2 },
                     odd = { .parent = &second, .key = "a/b~c" }, document = { 0 },
                     element = { .parent = &document, .index = 7 };
    char pointer[64];

    json_path_spell(&odd, pointer, sizeof pointer);
    ck_assert_str_eq(pointer, "/extensions/2/a~1b~0c");
    json_path_spell(NULL, pointer, sizeof pointer);
    ck_assert_str_eq(pointer, "");
    json_path_spell(&document, pointer, sizeof pointer);
    ck_assert_str_eq(pointer, "");
    json_path_spell(&element, pointer, sizeof pointer);
    ck_assert_str_eq(pointer, "/7");
    json_path_spell(&odd, pointer, 20); /* One byte less than needed, with the NUL. */
    ck_assert_str_eq(pointer, "/extensions/2");
    json_path_spell(&odd, pointer, 22);
    ck_assert_str_eq(pointer, "/extensions/2/a~1b~0c");
    json_path_spell(&odd, pointer, 1);
    ck_assert_str_eq(pointer, "");
}
END_TEST

START_TEST(a_very_deep_place_is_cut)
{
    struct json_path steps[200] = { { .key = "a" } };
    char pointer[1024];

    for (size_t i = 1; i < COUNT(steps); i++)
        steps[i] = (struct json_path){ .parent = &steps[i - 1], .index = i };
    json_path_spell(&steps[199], pointer, sizeof pointer);
    ck_assert(strncmp(pointer, "/a/1/2/3/", 9) == 0);
}
END_TEST

START_TEST(raising_fills_the_struct_and_is_false)
{
    struct json_path path = { .key = "seed" };
    struct error err;

    ck_assert(!RAISE(&err, ERROR_OUT_OF_RANGE, &path, "%d is not between %d and %d", 0, 1, 9));
    ck_assert_int_eq(err.code, ERROR_OUT_OF_RANGE);
    ck_assert_str_eq(err.pointer, "/seed");
    ck_assert_str_eq(err.message, "0 is not between 1 and 9");
    ck_assert_str_eq(err.hint, "");
    ck_assert_uint_eq(err.json_line, 0);
    ck_assert(!error_hint(&err, "Use %d.", 1));
    ck_assert_str_eq(err.hint, "Use 1.");
    ck_assert(!error_prefix(&err, "extension %s", "probe"));
    ck_assert_str_eq(err.message, "extension probe: 0 is not between 1 and 9");
    ck_assert(!RAISE(&err, ERROR_STATE, NULL, "again: %s", err.message));
    ck_assert_str_eq(err.message, "again: extension probe: 0 is not between 1 and 9");
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
    struct error err;
    char text[2000];

    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "€", 4);
        RAISE(&err, ERROR_IO, NULL, "%s", text);
        ck_assert_uint_eq((strlen(err.message) - shift) % 3, 0);
        ck_assert_uint_ge(strlen(err.message), sizeof err.message - 4);
        error_prefix(&err, "b");
        ck_assert_uint_eq((strlen(err.message) - shift) % 3, 0);
        error_hint(&err, "%s", text);
        ck_assert_uint_eq((strlen(err.hint) - shift) % 3, 0);
    }
}
END_TEST

START_TEST(errno_picks_the_code)
{
    static const struct {
        int number;
        enum error_code code;
        const char *message;
    } cases[] = {
        { ENOSPC, ERROR_STORAGE_FULL, "could not write x: No space left on device" },
        { EDQUOT, ERROR_STORAGE_FULL, "could not write x: Disk quota exceeded" },
        { ENOMEM, ERROR_MEMORY, "could not write x: Cannot allocate memory" },
        { ENOENT, ERROR_IO, "could not write x: No such file or directory" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err;

        errno = cases[i].number;
        ck_assert(!RAISE_ERRNO(&err, "could not write %s", "x"));
        ck_assert_int_eq(err.code, cases[i].code);
        ck_assert_str_eq(err.message, cases[i].message);
    }
}
END_TEST

START_TEST(a_list_keeps_the_first_hundred)
{
    struct error_list list = { 0 };

    ck_assert(!error_list_hint(&list, "There is nothing to hint at."));
    for (int i = 0; i < 150; i++) {
        struct json_path path = { .index = (size_t)i, .parent = &(struct json_path){ .key = "x" } };

        ck_assert(!REPORT(&list, ERROR_DUPLICATE, &path, "number %d", i));
        ck_assert(!error_list_hint(&list, "Hint %d.", i));
    }
    ck_assert_uint_eq(list.count, ERROR_LIST_MAX);
    ck_assert(list.truncated);
    ck_assert_str_eq(list.items[99].pointer, "/x/99");
    ck_assert_str_eq(list.items[99].message, "number 99");
    ck_assert_str_eq(list.items[99].hint, "Hint 99.");
    error_list_fini(&list);
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(an_item_can_be_added_again_while_the_list_grows)
{
    struct error_list list = { 0 };

    REPORT(&list, ERROR_SHAPE, NULL, "first");
    for (int i = 0; i < 20; i++)
        error_list_add(&list, &list.items[0]);
    ck_assert_str_eq(list.items[20].message, "first");
    error_list_fini(&list);
}
END_TEST

START_TEST(codes_have_names)
{
    ck_assert_str_eq(error_code_name(ERROR_NONE), "none");
    ck_assert_str_eq(error_code_name(ERROR_OUT_OF_RANGE), "out_of_range");
    ck_assert_str_eq(error_code_name(ERROR_INTERNAL), "internal");
    ck_assert_str_eq(error_code_name((enum error_code)1000), "internal");
}
END_TEST

Suite *error_suite(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("error");

    tcase_add_test(tcase, a_place_is_spelled_as_a_json_pointer);
    tcase_add_test(tcase, a_very_deep_place_is_cut);
    tcase_add_test(tcase, raising_fills_the_struct_and_is_false);
    tcase_add_test(tcase, long_texts_are_cut_between_characters);
    tcase_add_test(tcase, errno_picks_the_code);
    tcase_add_test(tcase, a_list_keeps_the_first_hundred);
    tcase_add_test(tcase, an_item_can_be_added_again_while_the_list_grows);
    tcase_add_test(tcase, codes_have_names);
    suite_add_tcase(suite, tcase);
    return suite;
}
