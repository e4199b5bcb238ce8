/* tests/rules/main.c -- step rules. */
#include "engine/base/error.h"
#include "tests/rules/rules.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = { cases_suite,    formulas_suite, kernels_suite, pieces_suite,
                                    settings_suite, state_suite,    team_suite };

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
