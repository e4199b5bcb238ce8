/* tests/docs/main.c -- runs every suite of docs. */
#include "engine/base/error.h"
#include "tests/docs/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = { api_page_suite, examples_suite, pages_suite };

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
