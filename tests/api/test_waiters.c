/* tests/api/test_waiters.c -- who waits is resumed once, and no news is missed. */
#include "api/waiters.h"

#include <stdint.h>

#include "engine/base/error.h"
#include "tests/api/suites.h"

static struct waiters *waiters;

static void count(void *waiter)
{
    ++*(int *)waiter;
}

static void open_waiters(void)
{
    waiters = waiters_new(3, count);
}

static void close_waiters(void)
{
    waiters_free(waiters);
}

static enum waiters_answer add(const char *job, int64_t deadline_us, int *resumed)
{
    return waiters_add(waiters, job, waiters_ticket(waiters), deadline_us, resumed);
}

START_TEST(news_resume_those_who_wait_for_it)
{
    int a = 0, b = 0, also_a = 0;

    ck_assert_int_eq(add("a", 100, &a), WAITERS_ADDED);
    ck_assert_int_eq(add("b", 100, &b), WAITERS_ADDED);
    ck_assert_int_eq(add("a", 100, &also_a), WAITERS_ADDED);
    waiters_wake(waiters, "a");
    waiters_wake(waiters, "a");
    ck_assert_int_eq(a, 1);
    ck_assert_int_eq(also_a, 1);
    ck_assert_int_eq(b, 0);
    waiters_stop(waiters);
    ck_assert_int_eq(b, 1);
}
END_TEST

START_TEST(deadlines_resume_too)
{
    int early = 0, late = 0;

    add("a", 100, &early);
    add("a", 200, &late);
    waiters_expire(waiters, 99);
    ck_assert_int_eq(early, 0);
    waiters_expire(waiters, 100);
    ck_assert_int_eq(early, 1);
    ck_assert_int_eq(late, 0);
    waiters_wake(waiters, "a");
    ck_assert_int_eq(early, 1);
    ck_assert_int_eq(late, 1);
}
END_TEST

START_TEST(news_between_looking_and_waiting_is_not_missed)
{
    uint64_t ticket = waiters_ticket(waiters);
    int resumed = 0;

    waiters_wake(waiters, "a");
    ck_assert_int_eq(waiters_add(waiters, "a", ticket, 100, &resumed), WAITERS_STALE);
    ck_assert_int_eq(waiters_add(waiters, "a", waiters_ticket(waiters), 100, &resumed), WAITERS_ADDED);
    ck_assert_int_eq(resumed, 0);
    waiters_stop(waiters); /* which resumes while `resumed` is still there */
    ck_assert_int_eq(resumed, 1);
}
END_TEST

START_TEST(waiters_are_bounded)
{
    int resumed = 0;

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(add("a", 100, &resumed), WAITERS_ADDED);
    ck_assert_int_eq(add("b", 100, &resumed), WAITERS_FULL);
    waiters_wake(waiters, "a");
    ck_assert_int_eq(add("b", 100, &resumed), WAITERS_ADDED);
    waiters_stop(waiters);
    ck_assert_int_eq(resumed, 4);
}
END_TEST

START_TEST(a_stop_resumes_all_and_takes_none)
{
    int a = 0, b = 0;

    add("a", 100, &a);
    add("b", INT64_MAX, &b);
    waiters_stop(waiters);
    ck_assert_int_eq(a, 1);
    ck_assert_int_eq(b, 1);
    ck_assert_int_eq(add("a", 100, &a), WAITERS_STOPPED);
    ck_assert_int_eq(a, 1);
}
END_TEST

Suite *waiters_suite(void)
{
    Suite *suite = suite_create("waiters");
    TCase *tests = tcase_create("waiters");

    tcase_add_checked_fixture(tests, open_waiters, close_waiters);
    tcase_add_test(tests, news_resume_those_who_wait_for_it);
    tcase_add_test(tests, deadlines_resume_too);
    tcase_add_test(tests, news_between_looking_and_waiting_is_not_missed);
    tcase_add_test(tests, waiters_are_bounded);
    tcase_add_test(tests, a_stop_resumes_all_and_takes_none);
    suite_add_tcase(suite, tests);
    return suite;
}
