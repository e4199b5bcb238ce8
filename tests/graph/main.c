/* tests/graph/main.c -- runs every suite of engine/graph. */
#include "engine/base/error.h"
#include "tests/graph/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = { graph_suite,  variables_suite, operations_suite,  gradient_suite,
                                    fusion_suite, hand_over_suite, memory_plan_suite, function_suite,
                                    random_suite, recurrent_suite, share_suite,       training_suite };

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
