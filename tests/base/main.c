/* tests/base/main.c -- runs every suite of engine/base. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/base/suites.h"

static Suite *(*const suites[])(void) = {
    arena_suite,  clock_suite, error_suite,       json_locate_suite, json_scan_suite, param_text_suite,
    random_suite, text_suite,  text_number_suite, utf8_suite,        value_suite,
};

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    int failed;

    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
