/* tests/api/service_fixture.h -- the whole API over a throw-away cluster, called without sockets. */
#ifndef TESTS_API_SERVICE_FIXTURE_H
#define TESTS_API_SERVICE_FIXTURE_H

#include <cjson/cJSON.h>
#include <check.h>

#include "api/service.h"
#include "tests/api/call.h"
#include "tests/server/store_fixture.h"

/* A checked fixture of each test: empty tables (in `store`), empty folders. */
void service_open(void);
void service_close(void);

extern struct service service;
extern struct exchange_context service_context;

/* What came back.  Released by the next ask and by service_close. */
struct answer {
    struct exchange *exchange;
    unsigned status;
    const char *body;
    cJSON *json; /* NULL when the body is none */
};
extern struct answer answer;

/* "GET /v1/jobs"; then `answer` holds the reply. */
void ask(const char *line);
void ask_with(const char *line, const char *const *headers, const char *body);
void ask_bytes(const char *line, const char *const *headers, const void *body, size_t length);
/* A file of tests/data/files: its length. */
size_t read_test_file(const char *file, char *out, size_t bytes_max);
/* Sends one. */
void ask_file(const char *line, const char *const *headers, const char *file);

const char *answer_header(const char *name);
/* "items/0/name": members and indices.  Asserts that it is there. */
const cJSON *member(const char *path);
const char *text(const char *path);
double real(const char *path);

#define ck_status(expected)                                                                                  \
    ck_assert_msg(answer.status == (expected), "status %u: %s (%s)", answer.status, answer.body,             \
                  answer.exchange->reply.cause.message)
/* A problem document of this type, with this status. */
void ck_problem(unsigned status, const char *name);

#endif
