/* tests/extensions/main.c -- runs every suite of engine/extensions. */
#include "engine/base/error.h"
#include "tests/extensions/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    conditions_suite, error_places_suite,  example_suite,  hostile_suite,  plan_memory_suite,
    plan_suite,       progress_line_suite, quantity_suite, refusals_suite, resume_suite,
    scripted_suite,   stock_suite,         threads_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
