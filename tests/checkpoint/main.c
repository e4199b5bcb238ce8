/* tests/checkpoint/main.c -- runs the suites of engine/checkpoint. */
#include <check.h>

Suite *archive_suite(void);

int main(void)
{
    SRunner *runner = srunner_create(archive_suite());

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
