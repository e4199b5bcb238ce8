/* tests/training/main.c -- runs every suite of engine/training. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/run.h"
#include "tests/support/run_suites.h"
#include "tests/training/suites.h"

static suite_fn *const suites[] = { aggregator_suite, gradient_descent_suite, log_suite,
                                    log_state_suite,  main_loop_suite,        stop_suite };

int main(void)
{
    struct error err;

    if (!engine_start(NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return EXIT_FAILURE;
    }
    return run_suites(suites, COUNT(suites));
}
