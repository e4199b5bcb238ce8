/* tests/server/test_db.c -- the connection: values, failures, transactions, wake-ups. */
#include <math.h>
#include <poll.h>
#include <string.h>

#include "server/store/db_pool.h"
#include "tests/server/cluster.h"
#include "tests/server/suites.h"

static struct db *db, *other;
static struct error err;

static void open_both(void)
{
    db = cluster_connect();
    other = cluster_connect();
}

static void close_both(void)
{
    db_close(db);
    db_close(other);
}

static const char job[] = "01890a5d-ac96-774b-bcce-b302099a8057";

START_TEST(values_come_back_to_the_bit)
{
    static const struct db_statement echo = { "echo", "SELECT $1, $2, $3, $4, $5, $6, $7" };
    const double odd = 0.1 + 0.2;
    const struct db_value values[] = { db_boolean(true),      db_int64(INT64_MIN), db_real(odd),
                                       db_text("Grüße\n\"'"), db_bytes("a\0b", 3), db_time(1767323045678901),
                                       db_identifier(job) };
    char id[IDENTIFIER_TEXT_BYTES];
    struct db_rows *rows;
    size_t count;

    ck_assert_int_eq(db_query_one(db, &echo, values, COUNT(values), &rows, &err), STORE_OK);
    ck_assert(db_rows_boolean(rows, 0));
    ck_assert(db_rows_int64(rows, 1) == INT64_MIN);
    ck_assert(db_rows_real(rows, 2) == odd);
    ck_assert_str_eq(db_rows_text(rows, 3), "Grüße\n\"'");
    ck_assert_mem_eq(db_rows_bytes(rows, 4, &count), "a\0b", 3);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(db_rows_time_us(rows, 5), 1767323045678901);
    db_rows_identifier(rows, 6, id);
    ck_assert_str_eq(id, job);
    ck_assert(!db_rows_next(rows));
    db_rows_free(rows);
}
END_TEST

START_TEST(null_and_empty_are_different)
{
    static const struct db_statement echo = { "echo_null", "SELECT $1, $2, $3, $4, $5, $6" };
    const struct db_value values[] = { db_text(NULL),    db_text(""),        db_null(DB_INT64),
                                       db_null(DB_TIME), db_identifier("x"), db_real(NAN) };
    char id[IDENTIFIER_TEXT_BYTES];
    struct db_rows *rows;

    ck_assert_int_eq(db_query_one(db, &echo, values, COUNT(values), &rows, &err), STORE_OK);
    ck_assert_ptr_null(db_rows_text(rows, 0));
    ck_assert_str_eq(db_rows_text(rows, 1), "");
    ck_assert_int_eq(db_rows_int64_or(rows, 2, 7), 7);
    ck_assert(db_rows_time_us(rows, 3) == TIME_ABSENT);
    db_rows_identifier(rows, 4, id);
    ck_assert_str_eq(id, "");
    ck_assert(isnan(db_rows_real(rows, 5)));
    db_rows_free(rows);
}
END_TEST

START_TEST(arrays_arrive_in_order_with_their_nulls)
{
    static const struct db_statement unnest = { "unnest", "SELECT * FROM unnest($1, $2, $3, $4)" };
    const int64_t integers[] = { 3, -1 };
    const double reals[] = { INFINITY, 5 };
    const bool present[] = { true, false };
    const char *const texts[] = { NULL, "b" }, *const ids[] = { job, "no identifier" };
    const struct db_value values[] = { db_int64s(integers, 2), db_reals(reals, present, 2),
                                       db_texts(texts, 2), db_identifiers(ids, 2) };
    char id[IDENTIFIER_TEXT_BYTES];
    struct db_rows *rows;

    ck_assert_int_eq(db_query_one(db, &unnest, values, COUNT(values), &rows, &err), STORE_OK);
    ck_assert_uint_eq(db_rows_count(rows), 2);
    ck_assert_int_eq(db_rows_int64(rows, 0), 3);
    ck_assert(isinf(db_rows_real(rows, 1)));
    ck_assert_ptr_null(db_rows_text(rows, 2));
    db_rows_identifier(rows, 3, id);
    ck_assert_str_eq(id, job);
    ck_assert(db_rows_next(rows));
    ck_assert_int_eq(db_rows_int64(rows, 0), -1);
    ck_assert(isnan(db_rows_real(rows, 1)));
    ck_assert_str_eq(db_rows_text(rows, 2), "b");
    db_rows_identifier(rows, 3, id);
    ck_assert_str_eq(id, "");
    db_rows_free(rows);
}
END_TEST

START_TEST(an_empty_array_is_not_null)
{
    static const struct db_statement length = { "length", "SELECT cardinality($1)::bigint" };
    const struct db_value values[] = { db_texts(NULL, 0) };
    struct db_rows *rows;

    ck_assert_int_eq(db_query_one(db, &length, values, 1, &rows, &err), STORE_OK);
    ck_assert_int_eq(db_rows_int64_or(rows, 0, -1), 0);
    db_rows_free(rows);
}
END_TEST

START_TEST(failures_are_told_apart)
{
    static const struct db_statement twice = { "twice", "INSERT INTO deleted_jobs (id) VALUES ($1), ($1)" };
    static const struct db_statement nonsense = { "nonsense", "SELECT no_such_column" };
    static const struct db_statement none = { "none", "SELECT 1 WHERE false" };
    const struct db_value values[] = { db_identifier(job) };
    struct db_rows *rows;

    ck_assert_int_eq(db_execute(db, &twice, values, 1, &err), STORE_CONFLICT);
    ck_assert_int_eq(db_query(db, &nonsense, NULL, 0, &rows, &err), STORE_FAILED);
    ck_assert_ptr_null(rows);
    ck_assert_int_eq(err.code, ERROR_INTERNAL);
    ck_assert_ptr_nonnull(strstr(err.message, "42703"));
    ck_assert_int_eq(db_query_one(db, &none, NULL, 0, &rows, &err), STORE_NONE);
}
END_TEST

START_TEST(a_statement_that_takes_too_long_is_given_up)
{
    const struct db_options options = { .url = cluster_url(),
                                        .name = "kiln test",
                                        .statement_timeout_ms = 50 };
    struct db *hasty = db_open(&options);

    ck_assert_int_eq(db_script(hasty, "SELECT pg_sleep(60)", &err), STORE_UNAVAILABLE);
    ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
    ck_assert_int_eq(db_script(hasty, "SELECT 1", &err), STORE_OK);
    db_close(hasty);
}
END_TEST

START_TEST(nobody_there_is_unavailable_and_a_second_try_waits)
{
    const struct db_options options = { .url = "host=/nonexistent dbname=x password=secret",
                                        .name = "kiln test" };
    struct db *lonely = db_open(&options);

    ck_assert_int_eq(db_connect(lonely, &err), STORE_UNAVAILABLE);
    ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
    ck_assert_ptr_null(strstr(err.message, "secret"));
    ck_assert_int_eq(db_script(lonely, "SELECT 1", &err), STORE_UNAVAILABLE);
    ck_assert_str_eq(err.message, "the connection to the database was lost");
    ck_assert_int_eq(db_descriptor(lonely), -1);
    db_close(lonely);
}
END_TEST

/* Ends every other connection of this program's name. */
static void kill_others(void)
{
    cluster_run(other, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                       " WHERE application_name = 'kiln test' AND pid <> pg_backend_pid()");
}

START_TEST(an_idle_connection_that_died_is_not_noticed_by_the_caller)
{
    static const struct db_statement insert = { "insert", "INSERT INTO deleted_jobs (id) VALUES ($1)" };
    const struct db_value values[] = { db_identifier(job) };

    cluster_run(db, "SELECT 1");
    kill_others();
    ck_assert_int_eq(db_execute(db, &insert, values, 1, &err), STORE_OK);
}
END_TEST

struct trial {
    int runs;
    const char *first_sql; /* what the first run does */
    bool kill;             /* the first run loses its connection */
    enum store_result answer;
};

static enum store_result try_it(struct db *inside, void *context, struct error *error)
{
    struct trial *trial = context;

    ck_assert(db_in_transaction(inside));
    if (trial->runs++ == 0) {
        if (trial->kill)
            kill_others();
        if (trial->first_sql && db_script(inside, trial->first_sql, error) != STORE_OK)
            return STORE_UNAVAILABLE;
    }
    if (db_script(inside, "INSERT INTO deleted_jobs (id) VALUES (gen_random_uuid())", error) != STORE_OK)
        return STORE_UNAVAILABLE;
    return trial->answer;
}

static int64_t rows_there(void)
{
    static const struct db_statement count = { "count", "SELECT count(*) FROM deleted_jobs" };
    struct db_rows *rows;
    int64_t counted;

    ck_assert_int_eq(db_query_one(other, &count, NULL, 0, &rows, &err), STORE_OK);
    counted = db_rows_int64(rows, 0);
    db_rows_free(rows);
    return counted;
}

static struct {
    struct trial trial;
    enum store_result result;
    int runs;
    int64_t rows;
} trials[] = {
    { { .answer = STORE_OK }, STORE_OK, 1, 1 },
    { { .answer = STORE_CONFLICT }, STORE_CONFLICT, 1, 0 },
    { { .answer = STORE_NONE }, STORE_NONE, 1, 0 },
    { { .kill = true }, STORE_OK, 2, 1 },
    { { .first_sql = "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$" }, STORE_OK, 2, 1 },
    { { .first_sql = "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$" }, STORE_OK, 2, 1 },
    { { .first_sql = "DO $$ BEGIN RAISE SQLSTATE '53100'; END $$" }, STORE_UNAVAILABLE, 1, 0 },
    /* A deferred failure shows at COMMIT. */
    { { .first_sql =
            "CREATE TEMPORARY TABLE later (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;"
            "INSERT INTO later VALUES (1), (1)" },
      STORE_CONFLICT,
      1,
      0 },
};

START_TEST(a_transaction_commits_rolls_back_or_is_repeated)
{
    struct trial *trial = &trials[_i].trial;

    cluster_clear(other);
    ck_assert_int_eq(db_transaction(db, try_it, trial, &err), trials[_i].result);
    ck_assert_int_eq(trial->runs, trials[_i].runs);
    ck_assert(!db_in_transaction(db));
    ck_assert_int_eq(rows_there(), trials[_i].rows);
}
END_TEST

static enum store_result always_collides(struct db *inside, void *context, struct error *error)
{
    ++*(int *)context;
    return db_script(inside, "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", error);
}

START_TEST(a_transaction_that_never_works_is_given_up)
{
    int runs = 0;

    ck_assert_int_eq(db_transaction(db, always_collides, &runs, &err), STORE_UNAVAILABLE);
    ck_assert_int_eq(runs, 9);
}
END_TEST

static enum store_result overlooks(struct db *inside, void *context, struct error *error)
{
    (void)context;
    db_script(inside, "SELECT 1 / 0", error);
    return STORE_OK;
}

START_TEST(an_overlooked_failure_is_not_committed_in_silence)
{
    ck_assert_int_eq(db_transaction(db, overlooks, NULL, &err), STORE_FAILED);
    ck_assert_int_eq(db_script(db, "SELECT 1", &err), STORE_OK);
}
END_TEST

static enum store_result joins(struct db *inside, void *context, struct error *error)
{
    const enum store_result result = db_transaction(inside, try_it, context, error);

    ck_assert_int_eq(rows_there(), 0); /* the inner one did not commit */
    return result;
}

START_TEST(a_transaction_inside_another_joins_it)
{
    struct trial trial = { .answer = STORE_OK };

    cluster_clear(other);
    ck_assert_int_eq(db_transaction(db, joins, &trial, &err), STORE_OK);
    ck_assert_int_eq(rows_there(), 1);
}
END_TEST

START_TEST(a_notification_wakes_the_listener)
{
    struct pollfd ready = { .events = POLLIN };

    ck_assert_int_eq(db_listen(db, "kiln_test", &err), STORE_OK);
    ck_assert(db_notified(db)); /* the connection is new: look at everything */
    ck_assert(!db_notified(db));
    cluster_run(other, "NOTIFY kiln_test");
    ready.fd = db_descriptor(db);
    ck_assert_int_eq(poll(&ready, 1, 10000), 1);
    ck_assert(db_notified(db));
    ck_assert(!db_notified(db));
}
END_TEST

/* The descriptor does not show it: who polls without asking first sleeps on. */
START_TEST(a_notification_that_came_with_an_answer_is_not_lost)
{
    struct pollfd ready = { .events = POLLIN };

    ck_assert_int_eq(db_listen(db, "kiln_test", &err), STORE_OK);
    db_notified(db);
    cluster_run(other, "NOTIFY kiln_test");
    ck_assert_int_eq(db_script(db, "SELECT pg_sleep(0.2)", &err), STORE_OK);
    ready.fd = db_descriptor(db);
    ck_assert_int_eq(poll(&ready, 1, 0), 0);
    ck_assert(db_notified(db));
    ck_assert(!db_notified(db));
}
END_TEST

START_TEST(a_listener_that_lost_its_connection_listens_again)
{
    struct pollfd ready = { .events = POLLIN };

    ck_assert_int_eq(db_listen(db, "kiln_test", &err), STORE_OK);
    db_notified(db);
    kill_others();
    ck_assert(db_notified(db));
    ready.fd = db_descriptor(db);
    ck_assert_int_ge(ready.fd, 0);
    while (db_notified(db))
        ;
    cluster_run(other, "NOTIFY kiln_test");
    ck_assert_int_eq(poll(&ready, 1, 10000), 1);
    ck_assert(db_notified(db));
}
END_TEST

START_TEST(a_pool_gives_no_more_than_it_has)
{
    const struct db_options options = { .url = cluster_url(), .name = "kiln test" };
    struct db_pool *pool = db_pool_open(&options, 2);
    struct db *first = db_pool_take(pool, 0, &err), *second = db_pool_take(pool, 0, &err);

    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_ne(first, second);
    ck_assert_ptr_null(db_pool_take(pool, 1, &err));
    ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
    db_pool_give(pool, first);
    ck_assert_ptr_eq(db_pool_take(pool, 0, &err), first);
    ck_assert_int_eq(db_script(first, "SELECT 1", &err), STORE_OK);
    db_pool_give(pool, first);
    db_pool_give(pool, second);
    db_pool_close(pool);
}
END_TEST

START_TEST(urls_are_checked_and_described_without_their_password)
{
    char text[256];

    ck_assert(db_url_check("postgresql://kiln:hunter2@db.example:5433/jobs?sslmode=require", &err));
    ck_assert(!db_url_check("postgresql://kiln:hunter2@db.example:5433/jobs?nonsense=1", &err));
    ck_assert(!db_url_check("hunter2", &err));
    ck_assert_ptr_null(strstr(err.message, "hunter2"));
    db_url_describe("postgresql://kiln:hunter2@db.example:5433/jobs", text, sizeof(text));
    ck_assert_str_eq(text, "jobs at db.example:5433 as kiln");
    ck_assert(db_url_ready(cluster_url()));
    ck_assert(!db_url_ready("host=/nonexistent"));
}
END_TEST

Suite *db_suite(void)
{
    Suite *suite = suite_create("db");
    TCase *group = tcase_create("db");

    tcase_add_checked_fixture(group, open_both, close_both);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, values_come_back_to_the_bit);
    tcase_add_test(group, null_and_empty_are_different);
    tcase_add_test(group, arrays_arrive_in_order_with_their_nulls);
    tcase_add_test(group, an_empty_array_is_not_null);
    tcase_add_test(group, failures_are_told_apart);
    tcase_add_test(group, a_statement_that_takes_too_long_is_given_up);
    tcase_add_test(group, nobody_there_is_unavailable_and_a_second_try_waits);
    tcase_add_test(group, an_idle_connection_that_died_is_not_noticed_by_the_caller);
    tcase_add_loop_test(group, a_transaction_commits_rolls_back_or_is_repeated, 0, COUNT(trials));
    tcase_add_test(group, a_transaction_that_never_works_is_given_up);
    tcase_add_test(group, an_overlooked_failure_is_not_committed_in_silence);
    tcase_add_test(group, a_transaction_inside_another_joins_it);
    tcase_add_test(group, a_notification_wakes_the_listener);
    tcase_add_test(group, a_notification_that_came_with_an_answer_is_not_lost);
    tcase_add_test(group, a_listener_that_lost_its_connection_listens_again);
    tcase_add_test(group, a_pool_gives_no_more_than_it_has);
    tcase_add_test(group, urls_are_checked_and_described_without_their_password);
    suite_add_tcase(suite, group);
    return suite;
}
