/* tests/api/endpoints_main.c -- runs the suites of the endpoints on one throw-away cluster. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/run.h"
#include "tests/api/endpoint_suites.h"
#include "tests/server/cluster.h"

int main(void)
{
    static Suite *(*const suites[])(void) = { jobs_suite, log_suite, checkpoints_suite, datasets_suite,
                                              service_suite };
    SRunner *runner = srunner_create(NULL);
    struct error err;
    int failed;

    if (!engine_start(NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return EXIT_FAILURE;
    }

    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    cluster_start();
    srunner_run_all(runner, CK_ENV);
    cluster_stop();
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
