/* tests/scenario/main.c -- the real program over a socket, as a user meets it. */
#include <check.h>
#include <curl/curl.h>

Suite *definition_suite(void);
Suite *digits_suite(void);
Suite *queue_suite(void);
Suite *script_suite(void);
Suite *stop_suite(void);
Suite *upload_suite(void);

int main(void)
{
    SRunner *runner = srunner_create(definition_suite());

    srunner_add_suite(runner, digits_suite());
    srunner_add_suite(runner, queue_suite());
    srunner_add_suite(runner, script_suite());
    srunner_add_suite(runner, stop_suite());
    srunner_add_suite(runner, upload_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
