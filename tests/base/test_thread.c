/* tests/base/test_thread.c -- threads that take no signals. */
#include <signal.h>

#include "engine/base/thread.h"
#include "tests/base/suites.h"

static void *note_mask(void *context)
{
    pthread_sigmask(SIG_SETMASK, NULL, context);
    return context;
}

START_TEST(a_thread_takes_no_signals)
{
    sigset_t before, there, after;
    pthread_t thread;
    void *result;

    pthread_sigmask(SIG_SETMASK, NULL, &before);
    ck_assert(!sigismember(&before, SIGTERM));
    sigemptyset(&there);
    ck_assert(thread_start(&thread, note_mask, &there));
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, &there);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int signal = 1; signal < SIGSYS; signal++)
        ck_assert_int_eq(sigismember(&before, signal), sigismember(&after, signal));
    ck_assert(sigismember(&there, SIGTERM) && sigismember(&there, SIGINT) && sigismember(&there, SIGHUP));
}
END_TEST

Suite *thread_suite(void)
{
    Suite *suite = suite_create("thread");
    TCase *tests = tcase_create("thread");

    tcase_add_test(tests, a_thread_takes_no_signals);
    suite_add_tcase(suite, tests);
    return suite;
}
