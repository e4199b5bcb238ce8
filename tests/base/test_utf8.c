/* tests/base/test_utf8.c -- decoding, encoding and cutting UTF-8. */
#include "engine/base/utf8.h"

#include <string.h>

#include "tests/base/suites.h"

START_TEST(every_character_survives)
{
    for (uint32_t character = 1; character <= 0x10ffff; character++) {
        char bytes[UTF8_BYTES_MAX];
        uint32_t decoded;
        size_t length;

        if (character >= 0xd800 && character <= 0xdfff)
            continue;
        length = utf8_encode(character, bytes);
        if (utf8_decode(bytes, length, &decoded) != length || decoded != character)
            ck_abort_msg("U+%04X came back as U+%04X", (unsigned)character, (unsigned)decoded);
        if (utf8_decode(bytes, length - 1, &decoded) != 0)
            ck_abort_msg("half of U+%04X was taken for a character", (unsigned)character);
    }
}
END_TEST

static const char *const wrong[] = {
    "\x80",         /* a continuation alone */
    "\xc0\x80",     /* overlong NUL */
    "\xc1\xbf",     /* overlong */
    "\xe0\x9f\xbf", /* overlong */
    "\xf0\x8f\xbf\xbf",
    "\xed\xa0\x80", /* surrogate */
    "\xed\xbf\xbf",
    "\xf4\x90\x80\x80", /* above U+10FFFF */
    "\xf8\x88\x80\x80\x80",
    "\xff",
    "\xc3(",
    "\xe2\x82(",
    "",
};

START_TEST(what_is_not_utf8_is_refused)
{
    uint32_t character;

    ck_assert_uint_eq(utf8_decode(wrong[_i], strlen(wrong[_i]), &character), 0);
}
END_TEST

START_TEST(a_cut_keeps_characters_whole)
{
    static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 7, 7 };

    for (size_t bytes_max = 0; bytes_max < 9; bytes_max++)
        ck_assert_uint_eq(utf8_cut("aä€b", 7, bytes_max), kept[bytes_max]);
}
END_TEST

Suite *utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tcase = tcase_create("utf8");

    tcase_add_test(tcase, every_character_survives);
    tcase_add_loop_test(tcase, what_is_not_utf8_is_refused, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tcase, a_cut_keeps_characters_whole);
    suite_add_tcase(suite, tcase);
    return suite;
}
