/* tests/server/main_private_postgres.c -- runs the suite of server/private_postgres. */
#include <stdlib.h>

#include "tests/server/suites.h"

int main(void)
{
    SRunner *runner = srunner_create(private_postgres_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
