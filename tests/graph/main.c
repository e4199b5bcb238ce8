/* tests/graph/main.c -- runs every suite of engine/graph. */
#include "tests/graph/suites.h"

#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(graph_suite());
    int failed;

    srunner_add_suite(runner, variables_suite());
    srunner_add_suite(runner, operations_suite());
    srunner_add_suite(runner, gradient_suite());
    srunner_add_suite(runner, fusion_suite());
    srunner_add_suite(runner, memory_plan_suite());
    srunner_add_suite(runner, function_suite());
    srunner_add_suite(runner, random_suite());
    srunner_add_suite(runner, recurrent_suite());
    srunner_add_suite(runner, share_suite());
    srunner_add_suite(runner, training_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
