/* tests/training/main.c -- runs every suite of engine/training. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/run.h"
#include "tests/training/suites.h"

static Suite *(*const suites[])(void) = { aggregator_suite, gradient_descent_suite, log_suite,
                                          log_state_suite,  main_loop_suite,        stop_suite };

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    struct error err;
    int failed;

    if (!engine_start(NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
