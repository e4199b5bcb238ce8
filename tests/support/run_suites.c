/* tests/support/run_suites.c -- see run_suites.h. */
#include "tests/support/run_suites.h"

#include <stdlib.h>

int run_suites(suite_fn *const *suites, size_t count)
{
    SRunner *runner = srunner_create(NULL);
    int failed;

    for (size_t i = 0; i < count; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
