/* tests/api/http_fixture.h -- a server of test_routes on a port of its own, and a client with bytes on a
 * plain socket. */
#ifndef TESTS_API_HTTP_FIXTURE_H
#define TESTS_API_HTTP_FIXTURE_H

#include <check.h>

#include "api/http.h"

extern struct http *http;

void http_fixture_start(void);
/* With other limits; the one before has been stopped. */
void http_fixture_start_with(const struct http_options *base);
void http_fixture_stop(void);

int connect_client(void);
/* What is refused in the middle is not sent to the end. */
void send_bytes(int file, const char *bytes, size_t length);
/* Connects and sends this. */
int send_waiting(const char *request);
/* Everything up to the end of the connection, which is closed.  Valid until the next call. */
const char *read_all(int file);

const char *ask(const char *request);
const char *ask_bytes(const char *bytes, size_t length);
/* 0: there was no answer. */
int status_of(const char *answer);

/* Finishes a head: HTTP/1.1, Host and an end to the connection. */
#define HEAD(line) line " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
#define JSON "Content-Type: application/json\r\n"

#endif
