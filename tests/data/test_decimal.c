/* tests/data/test_decimal.c -- decimal numbers are what strtod makes of them, to the last bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/random.h"
#include "engine/data/decimal.h"
#include "tests/data/suites.h"

static void check_as_strtod(const char *text)
{
    const double wanted = strtod(text, NULL);
    double number = NAN;

    ck_assert_msg(decimal_read(text, strlen(text), &number), "\"%s\"", text);
    ck_assert_msg(memcmp(&number, &wanted, sizeof number) == 0, "\"%s\": %a instead of %a", text, number,
                  wanted);
}

static const char *const numbers[] = {
    "0",
    "-0",
    "+0.0",
    "-0.",
    "7",
    ".5",
    "5.",
    "+1",
    "-.25",
    "0.1",
    "0.3",
    "1e-3",
    "1E5",
    "-2.5e+1",
    "123456789012345",
    "1234567890123456",
    "12345678901234567890",
    "0.000000000000001",
    "0.00000000000000001",
    "000000000000000000000000001",
    "9007199254740993",
    "99999999999999.9",
    "999999999999999.",
    ".999999999999999",
    "1.7976931348623157e308",
    "4.9e-324",
    "1e-400",
};

START_TEST(numbers_are_read)
{
    check_as_strtod(numbers[_i]);
}
END_TEST

/* Of every length, with a point anywhere. */
START_TEST(made_up_numbers_are_read)
{
    struct random_state random;

    random_seed(&random, 1);
    for (int i = 0; i < 200000; i++) {
        const uint32_t shape = random_uint32(&random);
        const int digits = 1 + (int)(shape % 19), point = (int)(shape / 19 % 24);
        char text[32];
        int length = 0;

        if (shape >> 31)
            text[length++] = '-';
        for (int k = 0; k < digits; k++) {
            if (k == point)
                text[length++] = '.';
            text[length++] = (char)('0' + random_uint32(&random) % 10);
        }
        text[length] = '\0';
        check_as_strtod(text);
    }
}
END_TEST

static const struct {
    const char *text;
    size_t length;
} refused[] = {
    { "", 0 },
    { ".", 1 },
    { "+", 1 },
    { "-.", 2 },
    { "1.2.3", 5 },
    { "+-1", 3 },
    { "1 ", 2 },
    { " 1", 2 },
    { "0x10", 4 },
    { "inf", 3 },
    { "nan", 3 },
    { "1e999", 5 },
    { "1\0"
      "2",
      3 },
    { "1e", 2 },
    { "-1-1", 4 },
    { "e5", 2 },
    { "1,5", 3 },
    { "\0", 1 },
};

START_TEST(what_is_no_number_is_refused)
{
    double number;

    ck_assert(!decimal_read(refused[_i].text, refused[_i].length, &number));
}
END_TEST

Suite *decimal_suite(void)
{
    Suite *suite = suite_create("decimal");
    TCase *tcase = tcase_create("decimal");

    tcase_add_loop_test(tcase, numbers_are_read, 0, (int)(sizeof numbers / sizeof *numbers));
    tcase_add_test(tcase, made_up_numbers_are_read);
    tcase_add_loop_test(tcase, what_is_no_number_is_refused, 0, (int)(sizeof refused / sizeof *refused));
    suite_add_tcase(suite, tcase);
    return suite;
}
