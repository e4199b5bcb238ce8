/* tests/server/main.c -- runs every suite of server/ beside one throw-away cluster. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/server/cluster.h"
#include "tests/server/suites.h"

static Suite *(*const suites[])(void) = {
    config_suite,     db_suite,      identifier_suite, jobs_suite,        journal_suite, log_suite,
    log_writer_suite, migrate_suite, sqlstate_suite,   store_files_suite, workers_suite,
};

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    int failed;

    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    cluster_start();
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cluster_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
