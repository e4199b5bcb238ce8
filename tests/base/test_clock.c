/* tests/base/test_clock.c -- times as text. */
#include "engine/base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "tests/base/suites.h"

static const struct {
    int64_t wall_us;
    const char *rfc3339, *local;
} cases[] = {
    { 0, "1970-01-01T00:00:00.000Z", "1970-01-01 01:00:00" },
    { 1767323045678901, "2026-01-02T03:04:05.678Z", "2026-01-02 04:04:05.678901" },
    { 1767323045000001, "2026-01-02T03:04:05.000Z", "2026-01-02 04:04:05.000001" },
    { 1782000000999999, "2026-06-21T00:00:00.999Z", "2026-06-21 02:00:00.999999" },
    { -1, "1969-12-31T23:59:59.999Z", "1970-01-01 00:59:59.999999" },
};

START_TEST(times_are_written_in_utc_and_in_local_time)
{
    char text[TIME_TEXT_BYTES];

    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    time_to_rfc3339(cases[_i].wall_us, text);
    ck_assert_str_eq(text, cases[_i].rfc3339);
    time_to_local_iso(cases[_i].wall_us, ' ', text);
    ck_assert_str_eq(text, cases[_i].local);
}
END_TEST

START_TEST(the_system_clock_goes_on)
{
    double before = clock_monotonic_s(&clock_system);

    ck_assert(clock_monotonic_s(&clock_system) >= before);
    ck_assert_int_gt(clock_system.wall_us(clock_system.context), INT64_C(1700000000000000));
}
END_TEST

START_TEST(a_deadline_is_the_same_moment_in_seconds_and_nanoseconds)
{
    const struct timespec moment = clock_timespec(INT64_C(3000999));

    ck_assert_int_eq(moment.tv_sec, 3);
    ck_assert_int_eq(moment.tv_nsec, 999000);
}
END_TEST

START_TEST(a_condition_waits_until_a_moment_of_the_same_clock)
{
    const int64_t until_us = clock_now_us() + 2000;
    const struct timespec until = clock_timespec(until_us);
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;

    clock_condition_init(&never);
    pthread_mutex_lock(&lock);
    while (pthread_cond_timedwait(&never, &lock, &until) != ETIMEDOUT)
        continue;
    ck_assert_int_ge(clock_now_us(), until_us);
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&never);
}
END_TEST

START_TEST(jitter_stays_within_its_bounds)
{
    ck_assert_int_eq(clock_jittered_ms(7, 7), 7);
    for (int i = 0; i < 1000; i++) {
        const int64_t chosen_ms = clock_jittered_ms(50, 53);

        ck_assert_int_ge(chosen_ms, 50);
        ck_assert_int_le(chosen_ms, 53);
    }
}
END_TEST

START_TEST(a_thread_uses_its_own_time)
{
    const double before = clock_thread_s();
    const int64_t tick = clock_tick();

    ck_assert(before > 0 && before < clock_monotonic_s(&clock_system));
    while (clock_tick() == tick)
        continue;
    ck_assert_int_gt(clock_tick(), tick);
    ck_assert(clock_thread_s() > before);
}
END_TEST

Suite *clock_suite(void)
{
    Suite *suite = suite_create("clock");
    TCase *tcase = tcase_create("clock");

    tcase_add_loop_test(tcase, times_are_written_in_utc_and_in_local_time, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tcase, the_system_clock_goes_on);
    tcase_add_test(tcase, a_deadline_is_the_same_moment_in_seconds_and_nanoseconds);
    tcase_add_test(tcase, a_condition_waits_until_a_moment_of_the_same_clock);
    tcase_add_test(tcase, jitter_stays_within_its_bounds);
    tcase_add_test(tcase, a_thread_uses_its_own_time);
    suite_add_tcase(suite, tcase);
    return suite;
}
