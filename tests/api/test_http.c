/* tests/api/test_http.c -- the HTTP server over real sockets, with the clients one would rather not have. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/api/http_fixture.h"
#include "tests/api/suites.h"

/* The cases of the transport, as bytes on a plain socket.  A body is only what stands here: where more is
 * announced the client waits with its socket open, so that the answer comes from the head alone. */
static const struct {
    const char *name, *request;
    int status, or_status; /* 0: closed without an answer */
    const char *contains;
} cases[] = {
    { "plain", HEAD("GET /hello") "\r\n", 200, 200, "\r\n\r\nhello\n" },
    { "old", "GET /hello HTTP/1.0\r\n\r\n", 200, 200, "\r\n\r\nhello\n" },
    { "body", HEAD("POST /echo") JSON "Content-Length: 4\r\n\r\n1234", 200, 200, "\r\n\r\n1234" },
    { "chunked body",
      HEAD("POST /echo") JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n12\r\n2\r\n34\r\n0\r\n\r\n", 200, 200,
      "\r\n\r\n1234" },
    { "both lengths",
      HEAD("POST /echo") JSON "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, 400,
      "malformed-request" },
    { "unknown coding", HEAD("POST /echo") JSON "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501, 501,
      "not-implemented" },
    { "huge length", HEAD("POST /echo") JSON "Content-Length: 99999999999\r\n\r\n", 413, 413,
      "payload-too-large" },
    { "length beyond 64 bits", HEAD("POST /echo") JSON "Content-Length: 99999999999999999999999\r\n\r\n", 413,
      400, "" },
    { "negative length", HEAD("POST /echo") JSON "Content-Length: -1\r\n\r\n", 400, 400, "" },
    { "chunk size", HEAD("POST /echo") JSON "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400,
      400, "" },
    { "NUL", HEAD("GET /hello%00/x") "\r\n", 400, 400, "malformed-request" },
    { "escaped slash", HEAD("GET /hello/..%2f..%2fx") "\r\n", 404, 404, "not-found" },
    { "escape", HEAD("GET /%zz%4") "\r\n", 400, 400, "malformed-request" },
    { "method", HEAD("BREW /hello") "\r\n", 501, 501, "not-implemented" },
    { "wrong method", HEAD("PUT /hello") JSON "Content-Length: 2\r\n\r\n{}", 405, 405,
      "Allow: GET, HEAD, OPTIONS" },
    { "options", HEAD("OPTIONS /hello") "\r\n", 204, 204, "Allow: GET, HEAD, OPTIONS" },
    { "no host", "GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", 400, 400, "" },
    { "two hosts", HEAD("GET /hello") "Host: y\r\n\r\n", 400, 400, "malformed-request" },
    { "two tokens", HEAD("GET /hello") "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400, 400,
      "malformed-request" },
    { "two lengths", HEAD("POST /echo") JSON "Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]", 400, 400,
      "" },
    { "blank in a name", HEAD("POST /echo") JSON "Content-Length : 2\r\n\r\n[]", 400, 400,
      "malformed-request" },
    { "version", "GET /hello HTTP/1.9\r\nHost: x\r\nConnection: close\r\n\r\n", 400, 400, "" },
    { "cut body", HEAD("POST /echo") JSON "Content-Length: 50\r\n\r\n{\"name\":", 0, 400, "" },
    { "expectation", HEAD("POST /echo") JSON "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", 417, 417,
      "malformed-request" },
    { "media type", HEAD("POST /echo") "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415, 415,
      "unsupported-media-type" },
    { "representation", HEAD("GET /query") "Accept: application/xml\r\n\r\n", 406, 406, "not-acceptable" },
    { "file", HEAD("GET /file") "\r\n", 200, 200, "\r\n\r\n0123456789" },
    { "part of a file", HEAD("GET /file") "Range: bytes=2-4\r\n\r\n", 206, 206, "\r\n\r\n234" },
    { "behind a file", HEAD("GET /file") "Range: bytes=10-\r\n\r\n", 416, 416, "Content-Range: bytes */10" },
    { "head of a file", HEAD("HEAD /file") "\r\n", 200, 200, "Content-Length: 10" },
    { "slow route", HEAD("GET /slow") "\r\n", 200, 200, "\"slow\"" },
    { "waits until its deadline", HEAD("GET /wait/soon") "\r\n", 200, 200, "{}" },
    { "problem", HEAD("GET /nothing") "\r\n", 404, 404, "Content-Type: application/problem+json" },
};

START_TEST(requests_are_answered)
{
    int file = connect_client();
    const char *answer;

    send_bytes(file, cases[_i].request, strlen(cases[_i].request));
    if (strcmp(cases[_i].name, "cut body") == 0)
        shutdown(file, SHUT_WR);
    answer = read_all(file);
    ck_assert_msg(status_of(answer) == cases[_i].status || status_of(answer) == cases[_i].or_status, "%s: %s",
                  cases[_i].name, answer);
    ck_assert_msg(strstr(answer, cases[_i].contains) != NULL, "%s: %s", cases[_i].name, answer);
}
END_TEST

START_TEST(a_head_has_no_body)
{
    const char *answer = ask(HEAD("HEAD /file") "\r\n");

    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(a_header_block_is_bounded)
{
    static char request[50000] = HEAD("GET /hello") "X-Big: ";

    memset(request + strlen(request), 'A', 40000);
    strcat(request, "\r\n\r\n");
    ck_assert_int_ge(status_of(ask(request)), 400);
}
END_TEST

START_TEST(header_lines_are_counted)
{
    static char request[10000] = HEAD("GET /hello");

    for (int i = 0; i < 200; i++)
        strcat(request, "X-A: b\r\n");
    strcat(request, "\r\n");
    ck_assert_int_eq(status_of(ask(request)), 400);
}
END_TEST

START_TEST(a_target_is_bounded)
{
    static char request[30000] = "GET /";

    memset(request + strlen(request), 'A', 20000);
    strcat(request, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    ck_assert_int_eq(status_of(ask(request)), 414);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
    static const char bytes[] =
        "\x00\xff\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0d\x0d\x0a\x80\x90\x9f\x0a\x0a";
    int file = connect_client();

    send_bytes(file, bytes, sizeof(bytes) - 1);
    shutdown(file, SHUT_WR);
    ck_assert_int_ne(status_of(read_all(file)), 200);
    ck_assert_int_eq(status_of(ask(HEAD("GET /hello") "\r\n")), 200);
}
END_TEST

/* The client sends all it has before it reads.  Without care it would be reset and never see the answer. */
START_TEST(a_refused_sender_gets_its_answer)
{
    enum { BYTES = 8 << 20 };
    char *request = calloc(1, BYTES + 1000);
    size_t length;

    sprintf(request, HEAD("POST /echo") JSON "Content-Length: %d\r\n\r\n", BYTES);
    length = strlen(request);
    memset(request + length, ' ', BYTES);
    ck_assert_int_eq(status_of(ask_bytes(request, length + BYTES)), 413);
    free(request);
}
END_TEST

START_TEST(a_hidden_request_is_not_answered)
{
    const char *answer = ask(
        HEAD("POST /nothing") "Content-Length: 42\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n          ");

    ck_assert_int_eq(status_of(answer), 404);
    ck_assert_ptr_null(strstr(answer + 9, "HTTP/1.1"));
}
END_TEST

START_TEST(a_connection_serves_many)
{
    const char *answer =
        ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
            "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS /file HTTP/1.1\r\nHost: x\r\n\r\n"
            "GET /wait/soon HTTP/1.1\r\nHost: x\r\n\r\n" HEAD("GET /file") "\r\n");
    static const int statuses[] = { 200, 200, 404, 204, 200, 200 };

    for (size_t i = 0; i < COUNT(statuses); i++) {
        answer = strstr(answer, "HTTP/1.1 ");
        ck_assert_msg(answer != NULL, "answer %zu is missing", i);
        ck_assert_int_eq(status_of(answer), statuses[i]);
        answer++;
    }
    ck_assert_ptr_nonnull(strstr(answer, "0123456789"));
}
END_TEST

START_TEST(uploads_arrive_whole)
{
    enum { BYTES = 1000000 };
    char *request = calloc(1, BYTES + 1000);
    size_t length;
    const char *answer;

    sprintf(request, HEAD("PUT /upload") "Content-Length: %d\r\n\r\n", BYTES);
    length = strlen(request);
    answer = ask_bytes(request, length + BYTES);
    ck_assert_ptr_nonnull(strstr(answer, "1000000 1000000"));
    free(request);
}
END_TEST

static void *ask_many(void *failures)
{
    for (int i = 0; i < 100; i++) {
        int file = send_waiting(i % 3 == 0   ? HEAD("GET /wait/soon") "\r\n"
                                : i % 3 == 1 ? HEAD("GET /slow") "\r\n"
                                             : HEAD("GET /file") "\r\n");
        char answer[16] = "";

        if (recv(file, answer, 12, MSG_WAITALL) != 12 || strncmp(answer, "HTTP/1.1 200", 12) != 0)
            ++*(int *)failures;
        close(file);
    }
    return NULL;
}

START_TEST(many_clients_at_once_are_served)
{
    pthread_t clients[8];
    int failures[8] = { 0 };

    for (int i = 0; i < 8; i++)
        pthread_create(&clients[i], NULL, ask_many, &failures[i]);
    for (int i = 0; i < 8; i++)
        pthread_join(clients[i], NULL);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(failures[i], 0);
}
END_TEST

START_TEST(a_taken_address_is_an_error)
{
    struct http_options options = http_options_default;
    struct error err = { 0 };

    ck_assert(listen_address_read(http_address(http), &options.listen));
    ck_assert_ptr_null(http_start(&options, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "could not listen on"));
    options.listen.host[0] = '\0';
    ck_assert_ptr_null(http_start(&options, &err));
}
END_TEST

Suite *http_suite(void)
{
    Suite *suite = suite_create("http");
    TCase *tests = tcase_create("http");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, http_fixture_start, http_fixture_stop);
    tcase_add_loop_test(tests, requests_are_answered, 0, (int)COUNT(cases));
    tcase_add_test(tests, a_head_has_no_body);
    tcase_add_test(tests, a_header_block_is_bounded);
    tcase_add_test(tests, header_lines_are_counted);
    tcase_add_test(tests, a_target_is_bounded);
    tcase_add_test(tests, random_bytes_do_no_harm);
    tcase_add_test(tests, a_refused_sender_gets_its_answer);
    tcase_add_test(tests, a_hidden_request_is_not_answered);
    tcase_add_test(tests, a_connection_serves_many);
    tcase_add_test(tests, uploads_arrive_whole);
    tcase_add_test(tests, many_clients_at_once_are_served);
    tcase_add_test(tests, a_taken_address_is_an_error);
    suite_add_tcase(suite, tests);
    return suite;
}
