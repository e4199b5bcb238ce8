/* tests/api/endpoints_main.c -- runs the suites of the endpoints on one throw-away cluster. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/run.h"
#include "tests/api/endpoint_suites.h"
#include "tests/server/cluster.h"
#include "tests/support/run_suites.h"

int main(void)
{
    static suite_fn *const suites[] = { jobs_suite, log_suite, checkpoints_suite, datasets_suite,
                                        service_suite };
    struct error err;
    int failed;

    if (!engine_start(NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return EXIT_FAILURE;
    }

    cluster_start();
    failed = run_suites(suites, COUNT(suites));
    cluster_stop();
    return failed;
}
