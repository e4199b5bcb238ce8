/* tests/api/test_connections.c -- slow clients are shut down, refused ones are read to the end. */
#include "api/connections.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "tests/api/suites.h"

static const struct connections_limits limits = {
    .head_us_max = 1000,
    .body_grace_us = 2000000,
    .body_bytes_per_s = 10,
    .linger_us_max = 500,
};

static struct connections *connections;
static int ends[2]; /* ours, the client's */
static struct client *client;

static void open_connection(void)
{
    connections = connections_new(&limits);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client = connections_opened(connections, ends[0], 0);
}

static void close_connection(void)
{
    if (client)
        connections_closed(connections, client, 0);
    connections_free(connections);
    close(ends[0]);
    close(ends[1]);
}

/* The other end sees the end of the stream. */
static bool is_shut(void)
{
    char byte;

    return recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0;
}

START_TEST(a_head_has_a_deadline)
{
    connections_reap(connections, 1000);
    ck_assert(!is_shut());
    connections_reap(connections, 1001);
    ck_assert(is_shut());
}
END_TEST

START_TEST(a_body_has_a_least_rate)
{
    client_enters(client, CLIENT_BODY, 0);
    connections_reap(connections, 2000000);
    ck_assert(!is_shut());
    client_received(client, 30);
    connections_reap(connections, 3000000);
    ck_assert(!is_shut());
    connections_reap(connections, 4000000);
    ck_assert(is_shut());
}
END_TEST

START_TEST(our_own_time_does_not_count)
{
    client_enters(client, CLIENT_SERVED, 0);
    connections_reap(connections, 900000000);
    ck_assert(!is_shut());
}
END_TEST

/* Closes our end as the library does; true while a copy of it is still open. */
static bool close_and_look(void)
{
    connections_closed(connections, client, 0);
    client = NULL;
    close(ends[0]);
    ends[0] = -1;
    return send(ends[1], "x", 1, MSG_NOSIGNAL) == 1;
}

START_TEST(who_lingers_is_read_until_the_deadline)
{
    client_lingers(client);
    ck_assert(close_and_look());
    ck_assert(is_shut());
    connections_reap(connections, 499);
    ck_assert_int_eq(send(ends[1], "x", 1, MSG_NOSIGNAL), 1);
    connections_reap(connections, 500);
    ck_assert_int_eq(send(ends[1], "x", 1, MSG_NOSIGNAL), -1);
}
END_TEST

START_TEST(who_does_not_linger_is_closed)
{
    ck_assert(!close_and_look());
}
END_TEST

Suite *connections_suite(void)
{
    Suite *suite = suite_create("connections");
    TCase *tests = tcase_create("connections");

    tcase_add_checked_fixture(tests, open_connection, close_connection);
    tcase_add_test(tests, a_head_has_a_deadline);
    tcase_add_test(tests, a_body_has_a_least_rate);
    tcase_add_test(tests, our_own_time_does_not_count);
    tcase_add_test(tests, who_lingers_is_read_until_the_deadline);
    tcase_add_test(tests, who_does_not_linger_is_closed);
    suite_add_tcase(suite, tests);
    return suite;
}
