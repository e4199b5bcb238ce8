/* tests/rules/main.c -- step rules. */
#include <stdlib.h>

#include "tests/rules/rules.h"

int main(void)
{
    SRunner *runner = srunner_create(cases_suite());

    srunner_add_suite(runner, formulas_suite());
    srunner_add_suite(runner, kernels_suite());
    srunner_add_suite(runner, settings_suite());
    srunner_add_suite(runner, state_suite());
    srunner_add_suite(runner, team_suite());
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
