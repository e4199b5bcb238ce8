/* tests/base/test_path.c -- paths, and the longest one. */
#include "engine/base/path.h"

#include <string.h>

#include "tests/base/suites.h"

START_TEST(a_path_is_put_together)
{
    char path[PATH_MAX];
    struct error err;

    ck_assert(path_format(path, &err, "%s/%d.npy", "folder", 7));
    ck_assert_str_eq(path, "folder/7.npy");
}
END_TEST

START_TEST(a_path_too_long_is_refused)
{
    char path[PATH_MAX], name[PATH_MAX + 1] = "";
    struct error err;

    memset(name, 'x', PATH_MAX);
    ck_assert(!path_format(path, &err, "%s", name));
    ck_assert_int_eq(err.code, ERROR_LIMIT);
    name[PATH_MAX - 1] = '\0';
    ck_assert(path_format(path, &err, "%s", name));
    ck_assert_str_eq(path, name);
}
END_TEST

Suite *path_suite(void)
{
    Suite *suite = suite_create("path");
    TCase *tests = tcase_create("path");

    tcase_add_test(tests, a_path_is_put_together);
    tcase_add_test(tests, a_path_too_long_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
