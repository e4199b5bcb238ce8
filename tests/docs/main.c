/* tests/docs/main.c -- runs every suite of docs. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/docs/suites.h"

static Suite *(*const suites[])(void) = { api_page_suite, examples_suite, pages_suite };

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    int failed;

    for (size_t i = 0; i < COUNT(suites); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
