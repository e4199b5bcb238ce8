/* tests/api/main.c -- runs the suites of api/. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/api/suites.h"

int main(void)
{
    static Suite *(*const suites[])(void) = {
        target_suite,      head_suite,    router_suite,   range_suite,   etag_suite,        accept_suite,
        json_writer_suite, problem_suite, exchange_suite, waiters_suite, connections_suite, http_suite,
    };
    SRunner *runner = srunner_create(NULL);
    int failed;

    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
