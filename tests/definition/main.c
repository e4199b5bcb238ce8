/* tests/definition/main.c -- runs every suite of engine/definition. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/definition/suites.h"

static Suite *(*const suites[])(void) = {
    bind_suite, bind_component_suite, describe_suite, families_suite, schema_suite, threads_suite,
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
