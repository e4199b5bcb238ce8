/* tests/definition/main.c -- runs every suite of engine/definition. */
#include "engine/base/error.h"
#include "tests/definition/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    bind_suite,         bind_component_suite, describe_suite, families_suite,
    file_streams_suite, schema_suite,         streams_suite,  threads_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
