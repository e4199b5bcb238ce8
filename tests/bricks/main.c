/* tests/bricks/main.c -- bricks, costs and initialization schemes. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/bricks/bricks.h"

static Suite *(*const suites[])(void) = {
    activations_suite, all_types_suite, batch_normalization_suite, costs_suite,
    feedforward_suite, images_suite,    initialization_suite,      lookup_table_suite,
    parallel_suite,    recurrent_suite, start_values_suite,        tree_suite,
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
