/* tests/checkpoint/main.c -- runs the suites of engine/checkpoint. */
#include "tests/support/run_suites.h"

Suite *archive_suite(void);

int main(void)
{
    return run_suites((suite_fn *const[]){ archive_suite }, 1);
}
