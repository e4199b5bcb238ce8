/* tests/server/main.c -- runs every suite of server/ beside one throw-away cluster. */
#include "engine/base/error.h"
#include "tests/server/cluster.h"
#include "tests/server/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    config_suite,         db_suite,      idempotency_suite, identifier_suite,
    jobs_suite,           journal_suite, log_file_suite,    log_suite,
    log_writer_suite,     migrate_suite, sqlstate_suite,    store_checkpoints_suite,
    store_datasets_suite, workers_suite,
};

int main(void)
{
    int failed;

    cluster_start();
    failed = run_suites(suites, COUNT(suites));
    cluster_stop();
    return failed;
}
