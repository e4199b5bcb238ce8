/* tests/script/main.c -- runs every suite of engine/script. */
#include "engine/base/error.h"
#include "tests/script/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    all_functions_suite, budget_suite,         determinism_suite,  expression_errors_suite,
    expression_suite,    function_suite,       hostile_suite,      library_suite,
    log_view_suite,      main_loop_view_suite, record_names_suite, table_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
