/* tests/api/main.c -- runs the suites of api/. */
#include "engine/base/error.h"
#include "tests/api/suites.h"
#include "tests/support/run_suites.h"

int main(void)
{
    static suite_fn *const suites[] = {
        target_suite,      head_suite,        router_suite,       range_suite,    etag_suite,
        accept_suite,      json_writer_suite, problem_suite,      exchange_suite, waiters_suite,
        connections_suite, http_suite,        http_waiting_suite,
    };

    return run_suites(suites, COUNT(suites));
}
