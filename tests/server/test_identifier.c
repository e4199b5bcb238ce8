/* tests/server/test_identifier.c -- UUIDs of version 7. */
#include <time.h>

#include "engine/base/error.h"
#include "server/identifier.h"
#include "tests/server/suites.h"

START_TEST(it_has_version_7_and_the_time)
{
    unsigned char bytes[IDENTIFIER_BYTES];
    char text[IDENTIFIER_TEXT_BYTES];
    unsigned long long milliseconds = 0, now = (unsigned long long)time(NULL) * 1000;

    identifier_new(text);
    ck_assert(identifier_to_bytes(text, bytes));
    ck_assert_int_eq(bytes[6] >> 4, 7);
    ck_assert_int_eq(bytes[8] >> 6, 2);
    for (int i = 0; i < 6; i++)
        milliseconds = milliseconds << 8 | bytes[i];
    ck_assert(milliseconds >= now - 1000 && milliseconds < now + 60000);
}
END_TEST

START_TEST(no_two_are_equal_and_later_ones_are_greater)
{
    const struct timespec moment = { .tv_nsec = 1000 };
    char ids[1000][IDENTIFIER_TEXT_BYTES];

    for (size_t i = 0; i < COUNT(ids); i++) {
        identifier_new(ids[i]);
        nanosleep(&moment, NULL);
        if (i > 0)
            ck_assert_str_gt(ids[i], ids[i - 1]);
    }
}
END_TEST

static const struct {
    const char *text;
    bool valid;
} texts[] = {
    { "01890a5d-ac96-774b-bcce-b302099a8057", true },  { "00000000-0000-0000-0000-000000000000", true },
    { "01890A5D-ac96-774b-bcce-b302099a8057", false }, { "01890a5dac96-774b-bcce-b302099a80577", false },
    { "01890a5d-ac96-774b-bcce-b302099a805", false },  { "01890a5d-ac96-774b-bcce-b302099a80570", false },
    { "g1890a5d-ac96-774b-bcce-b302099a8057", false }, { "", false },
    { "01890a5d-ac96-774b-bcce-b302099a805-", false }, { NULL, false },
    { "{1890a5d-ac96-774b-bcce-b302099a805}", false }, { "../../../../../../../../../etc/passwd", false },
};

START_TEST(only_one_spelling_is_valid)
{
    unsigned char bytes[IDENTIFIER_BYTES];
    char text[IDENTIFIER_TEXT_BYTES];

    ck_assert_int_eq(identifier_valid(texts[_i].text), texts[_i].valid);
    if (texts[_i].valid) {
        ck_assert(identifier_to_bytes(texts[_i].text, bytes));
        identifier_from_bytes(bytes, text);
        ck_assert_str_eq(text, texts[_i].text);
    }
}
END_TEST

Suite *identifier_suite(void)
{
    Suite *suite = suite_create("identifier");
    TCase *group = tcase_create("identifier");

    tcase_add_test(group, it_has_version_7_and_the_time);
    tcase_add_test(group, no_two_are_equal_and_later_ones_are_greater);
    tcase_add_loop_test(group, only_one_spelling_is_valid, 0, COUNT(texts));
    suite_add_tcase(suite, group);
    return suite;
}
