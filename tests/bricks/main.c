/* tests/bricks/main.c -- bricks, costs and initialization schemes. */
#include "engine/base/error.h"
#include "tests/bricks/bricks.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    activations_suite, all_types_suite, batch_normalization_suite, costs_suite,
    feedforward_suite, images_suite,    initialization_suite,      lookup_table_suite,
    parallel_suite,    recurrent_suite, start_values_suite,        tree_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
