/* tests/script/main.c -- runs every suite of engine/script. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/script/suites.h"

static Suite *(*const suites[])(void) = {
    all_functions_suite, determinism_suite, expression_errors_suite, expression_suite,     function_suite,
    hostile_suite,       library_suite,     log_view_suite,          main_loop_view_suite, table_suite,
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
