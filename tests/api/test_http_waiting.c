/* tests/api/test_http_waiting.c -- requests that wait for news, and clients that are slow, over real sockets.
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "tests/api/http_fixture.h"
#include "tests/api/suites.h"

static bool answered(int file, int patience_ms)
{
    struct pollfd waiting = { .fd = file, .events = POLLIN };

    return poll(&waiting, 1, patience_ms) == 1;
}

START_TEST(who_waits_is_answered_at_a_stop)
{
    int file = send_waiting(HEAD("GET /wait/a") "\r\n");

    ck_assert(!answered(file, 200));
    http_stop(http, 5000);
    ck_assert_int_eq(status_of(read_all(file)), 200);
    http_fixture_start();
}
END_TEST

START_TEST(news_call_the_handler_again)
{
    /* This handler waits until its last call: news alone do not end it, a stop does. */
    int file = send_waiting(HEAD("GET /wait/a") "\r\n");

    for (int i = 0; i < 10; i++)
        http_wake(http, "a");
    ck_assert(!answered(file, 200));
    http_wake(http, "a");
    http_stop(http, 5000);
    ck_assert_int_eq(status_of(read_all(file)), 200);
    http_fixture_start();
}
END_TEST

START_TEST(waiters_have_a_limit)
{
    struct http_options options = http_options_default;
    int first, second;

    http_stop(http, 0);
    options.waiters_max = 1;
    http_fixture_start_with(&options);
    first = send_waiting(HEAD("GET /wait/a") "\r\n");
    ck_assert(!answered(first, 200));
    second = send_waiting(HEAD("GET /wait/a") "\r\n");
    const char *refused = read_all(second);

    ck_assert_int_eq(status_of(refused), 429);
    ck_assert_ptr_nonnull(strstr(refused, "RateLimit-Limit: 1\r\n"));
    ck_assert_ptr_nonnull(strstr(refused, "Retry-After: 1\r\n"));
    http_stop(http, 5000);
    ck_assert_int_eq(status_of(read_all(first)), 200);
    http_fixture_start();
}
END_TEST

START_TEST(who_leaves_while_waiting_does_no_harm)
{
    for (int i = 0; i < 20; i++)
        close(send_waiting(HEAD("GET /wait/a") "\r\n"));
    http_wake(http, "a");
    ck_assert_int_eq(status_of(ask(HEAD("GET /hello") "\r\n")), 200);
}
END_TEST

START_TEST(a_trickling_head_is_cut_off)
{
    struct http_options options = http_options_default;
    int file;

    http_stop(http, 0);
    options.limits.head_us_max = 200000;
    http_fixture_start_with(&options);
    file = send_waiting("GET /hel");
    ck_assert_int_eq(status_of(read_all(file)), 0);
    file = send_waiting("");
    ck_assert_int_eq(status_of(read_all(file)), 0);
    ck_assert_int_eq(status_of(ask(HEAD("GET /hello") "\r\n")), 200);
}
END_TEST

START_TEST(a_trickling_body_is_cut_off)
{
    struct http_options options = http_options_default;
    int file;

    http_stop(http, 0);
    options.limits.body_grace_us = 100000;
    options.limits.body_bytes_per_s = 1000;
    http_fixture_start_with(&options);
    file = send_waiting(HEAD("POST /echo") JSON "Content-Length: 50\r\n\r\n{");
    ck_assert_int_eq(status_of(read_all(file)), 0);
}
END_TEST

Suite *http_waiting_suite(void)
{
    Suite *suite = suite_create("http: waiting");
    TCase *tests = tcase_create("http: waiting");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, http_fixture_start, http_fixture_stop);
    tcase_add_test(tests, who_waits_is_answered_at_a_stop);
    tcase_add_test(tests, news_call_the_handler_again);
    tcase_add_test(tests, waiters_have_a_limit);
    tcase_add_test(tests, who_leaves_while_waiting_does_no_harm);
    tcase_add_test(tests, a_trickling_head_is_cut_off);
    tcase_add_test(tests, a_trickling_body_is_cut_off);
    suite_add_tcase(suite, tests);
    return suite;
}
