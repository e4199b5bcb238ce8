/* tests/server/test_migrate.c -- bringing a database to this version. */
#include <string.h>

#include "server/migrate.h"
#include "tests/server/cluster.h"
#include "tests/server/suites.h"

static const struct embedded_file one = { "0001_a.sql", (const unsigned char *)"CREATE TABLE a (x integer)",
                                          26 };
static const struct embedded_file changed = { "0001_a.sql",
                                              (const unsigned char *)"CREATE TABLE a (y integer)", 26 };
static const struct embedded_file two = { "0002_b.sql", (const unsigned char *)"CREATE TABLE b (); SELECT 1",
                                          27 };
static const struct embedded_file broken = { "0002_b.sql",
                                             (const unsigned char *)"CREATE TABLE b (); SELECT 1 / 0", 31 };

static struct db *db;
static struct error err;
static size_t applied;

/* A schema of its own, so that the real tables stay. */
static void open_empty_schema(void)
{
    db = cluster_connect();
    cluster_run(db, "DROP SCHEMA IF EXISTS empty CASCADE; CREATE SCHEMA empty; SET search_path = empty");
}

static void close_schema(void)
{
    cluster_run(db, "DROP SCHEMA empty CASCADE");
    db_close(db);
}

START_TEST(each_file_is_applied_once)
{
    const struct embedded_file first[] = { one, { 0 } }, both[] = { one, two, { 0 } };

    ck_assert(!migrate_is_current(db, first, &err));
    ck_assert_int_eq(err.code, ERROR_STATE);
    ck_assert(migrate(db, first, &applied, &err));
    ck_assert_uint_eq(applied, 1);
    ck_assert(migrate_is_current(db, first, &err));
    ck_assert(!migrate_is_current(db, both, &err));
    ck_assert(migrate(db, both, &applied, &err));
    ck_assert_uint_eq(applied, 1);
    ck_assert(migrate(db, both, &applied, &err));
    ck_assert_uint_eq(applied, 0);
    ck_assert(migrate_is_current(db, both, &err));
}
END_TEST

START_TEST(a_changed_file_is_refused)
{
    const struct embedded_file before[] = { one, { 0 } }, after[] = { changed, two, { 0 } };

    ck_assert(migrate(db, before, &applied, &err));
    ck_assert(!migrate(db, after, &applied, &err));
    ck_assert_int_eq(err.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(err.message, "0001_a.sql"));
    ck_assert(!migrate_is_current(db, after, &err));
    ck_assert(migrate_is_current(db, before, &err)); /* and nothing was done */
}
END_TEST

START_TEST(a_newer_database_is_refused)
{
    const struct embedded_file newer[] = { one, two, { 0 } }, older[] = { one, { 0 } };

    ck_assert(migrate(db, newer, &applied, &err));
    ck_assert(!migrate(db, older, &applied, &err));
    ck_assert_int_eq(err.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(err.message, "0002_b.sql"));
    ck_assert(!migrate_is_current(db, older, &err));
}
END_TEST

START_TEST(a_file_that_fails_leaves_nothing_behind)
{
    const struct embedded_file bad[] = { one, broken, { 0 } }, good[] = { one, two, { 0 } };

    ck_assert(!migrate(db, bad, &applied, &err));
    ck_assert_uint_eq(applied, 1);
    ck_assert_ptr_nonnull(strstr(err.message, "division by zero"));
    ck_assert(migrate(db, good, &applied, &err));
    ck_assert_uint_eq(applied, 1);
}
END_TEST

START_TEST(the_real_ones_are_current_and_can_be_repeated)
{
    struct db *real = cluster_connect();

    ck_assert(migrate_is_current(real, migrations, &err));
    ck_assert(migrate(real, migrations, &applied, &err));
    ck_assert_uint_eq(applied, 0);
    db_close(real);
}
END_TEST

Suite *migrate_suite(void)
{
    Suite *suite = suite_create("migrate");
    TCase *group = tcase_create("migrate");

    tcase_add_checked_fixture(group, open_empty_schema, close_schema);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, each_file_is_applied_once);
    tcase_add_test(group, a_changed_file_is_refused);
    tcase_add_test(group, a_newer_database_is_refused);
    tcase_add_test(group, a_file_that_fails_leaves_nothing_behind);
    tcase_add_test(group, the_real_ones_are_current_and_can_be_repeated);
    suite_add_tcase(suite, group);
    return suite;
}
