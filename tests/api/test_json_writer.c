/* tests/api/test_json_writer.c -- commas come by themselves, numbers keep their bits. */
#include "api/json_writer.h"

#include <math.h>

#include "tests/api/suites.h"

START_TEST(members_and_elements_are_separated)
{
    struct text out = { 0 };

    json_open(&out, NULL, '{');
    json_text(&out, "name", "a \"b\"\n");
    json_text(&out, "absent", NULL);
    json_integer(&out, "count", -7);
    json_boolean(&out, "yes", true);
    json_open(&out, "list", '[');
    json_real(&out, NULL, 0.1 + 0.2);
    json_real(&out, NULL, (double)NAN);
    json_real(&out, NULL, -(double)INFINITY);
    json_open(&out, NULL, '{');
    json_close(&out, '}');
    json_close(&out, ']');
    json_raw(&out, "raw", "{\"x\":1}");
    json_time(&out, "at", INT64_C(1767323045678000));
    json_time(&out, "never", INT64_MIN);
    json_close(&out, '}');
    ck_assert_str_eq(text_bytes(&out),
                     "{\"name\":\"a \\\"b\\\"\\n\",\"absent\":null,\"count\":-7,\"yes\":true,\"list\":"
                     "[0.30000000000000004,\"NaN\",\"-Infinity\",{}],\"raw\":{\"x\":1},"
                     "\"at\":\"2026-01-02T03:04:05.678Z\",\"never\":null}");
    text_fini(&out);
}
END_TEST

Suite *json_writer_suite(void)
{
    Suite *suite = suite_create("json_writer");
    TCase *tests = tcase_create("json_writer");

    tcase_add_test(tests, members_and_elements_are_separated);
    suite_add_tcase(suite, tests);
    return suite;
}
