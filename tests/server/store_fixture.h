/* tests/server/store_fixture.h -- what the tests of the queries share: a connection to empty tables, and
 * jobs. */
#ifndef TESTS_SERVER_STORE_FIXTURE_H
#define TESTS_SERVER_STORE_FIXTURE_H

#include <check.h>

#include "server/store/jobs.h"
#include "tests/server/cluster.h"

struct store_fixture {
    struct db *db;
    struct arena arena;
    struct error err;
};

/* A checked fixture of each test fills this. */
extern struct store_fixture store;
void store_fixture_open(void);
void store_fixture_close(void);

#define PROJECT "default"
#define PROFILE "OpenBLAS test"
enum { LEASE_MS = 30000 };

/* Asserts the result and shows the message otherwise. */
#define ck_result(call, expected)                                                                            \
    do {                                                                                                     \
        store.err.message[0] = '\0';                                                                         \
        const enum store_result got = (call);                                                                \
        ck_assert_msg(got == (expected), "%s is %d: %s", #call, got, store.err.message);                     \
    } while (0)

/* Queues a job called `name` and gives its id. */
void make_job(const char *name, char out_id[IDENTIFIER_TEXT_BYTES]);
/* Queues one and claims it with a lease of LEASE_MS. */
struct job make_running_job(void);
/* Reads it again. */
struct job job_now(const char *id);
/* The claim of a worker with 8 free threads. */
enum store_result claim(struct job *out);
/* The single integer that a query gives. */
int64_t number(const char *sql);

#endif
