/* tests/extensions/main.c -- runs every suite of engine/extensions. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/extensions/suites.h"

static Suite *(*const suites[])(void) = {
    conditions_suite, example_suite, hostile_suite,  plan_suite,  progress_line_suite, quantity_suite,
    refusals_suite,   resume_suite,  scripted_suite, stock_suite, threads_suite,
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
