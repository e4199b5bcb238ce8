/* tests/data/main.c -- runs every suite of engine/data. */
#include "engine/base/error.h"
#include "tests/data/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    cache_suite,
    cross_validation_suite,
    csv_suite,
    dataset_suite,
    dataset_stream_suite,
    decimal_suite,
    examples_suite,
    hdf5_suite,
    idx_suite,
    in_place_suite,
    inflate_suite,
    npy_suite,
    npz_suite,
    page_maker_suite,
    ragged_suite,
    random_transformer_suite,
    read_ahead_suite,
    scheme_suite,
    scheme_state_suite,
    selection_suite,
    synthetic_suite,
    transformer_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
