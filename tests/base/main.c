/* tests/base/main.c -- runs every suite of engine/base. */
#include "engine/base/error.h"
#include "tests/base/suites.h"
#include "tests/support/run_suites.h"

static suite_fn *const suites[] = {
    arena_suite,      clock_suite, error_suite,  json_locate_suite, json_scan_suite,
    param_text_suite, path_suite,  random_suite, text_suite,        text_number_suite,
    thread_suite,     utf8_suite,  value_suite,  write_file_suite,
};

int main(void)
{
    return run_suites(suites, COUNT(suites));
}
