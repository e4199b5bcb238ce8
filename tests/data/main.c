/* tests/data/main.c -- runs every suite of engine/data. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/data/suites.h"

static Suite *(*const suites[])(void) = {
    cache_suite,      cross_validation_suite, csv_suite,
    dataset_suite,    dataset_stream_suite,   hdf5_suite,
    idx_suite,        in_place_suite,         npy_suite,
    npz_suite,        ragged_suite,           random_transformer_suite,
    read_ahead_suite, scheme_suite,           scheme_state_suite,
    selection_suite,  synthetic_suite,        transformer_suite,
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
