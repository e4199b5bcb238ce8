/* tests/server/test_store_datasets.c -- the rows of datasets. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "server/store/datasets.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_DIGEST "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char seen[256];

static enum store_result put(const char *name, const char *folder, const char *digest, const char *expected,
                             const char **out_old)
{
    struct dataset_row row = {
        .project = PROJECT, .name = name, .sources = "[]", .examples = 10, .bytes = 20, .folder = folder
    };

    strcpy(row.sha256, digest);
    return store_dataset_put(store.db, &row, expected, &store.arena, out_old, &store.err);
}

START_TEST(a_dataset_is_created_replaced_and_deleted)
{
    struct dataset_row row;
    const char *old = "untouched";

    ck_result(put("digits", "one", DIGEST, NULL, &old), STORE_OK);
    ck_assert_ptr_null(old);
    ck_result(put("digits", "two", OTHER_DIGEST, NULL, &old), STORE_OK);
    ck_assert_str_eq(old, "one");
    ck_result(store_dataset_read(store.db, PROJECT, "digits", &store.arena, &row, &store.err), STORE_OK);
    ck_assert_str_eq(row.name, "digits");
    ck_assert_str_eq(row.folder, "two");
    ck_assert_str_eq(row.sha256, OTHER_DIGEST);
    ck_assert_str_eq(row.sources, "[]");
    ck_assert_int_eq(row.examples, 10);
    ck_assert_int_eq(row.bytes, 20);
    ck_assert(row.changed_us > row.created_us);
    ck_result(store_dataset_read(store.db, "other", "digits", &store.arena, &row, &store.err), STORE_NONE);
    ck_result(store_dataset_delete(store.db, "other", "digits", &store.arena, &old, &store.err), STORE_NONE);
    ck_result(store_dataset_delete(store.db, PROJECT, "digits", &store.arena, &old, &store.err), STORE_OK);
    ck_assert_str_eq(old, "two");
    ck_result(store_dataset_delete(store.db, PROJECT, "digits", &store.arena, &old, &store.err), STORE_NONE);
}
END_TEST

START_TEST(a_replacement_may_insist_on_what_it_replaces)
{
    const char *old;

    ck_result(put("d", "one", DIGEST, DIGEST, &old), STORE_CONFLICT); /* nothing there */
    ck_result(put("d", "one", DIGEST, "", &old), STORE_OK);
    ck_result(put("d", "two", DIGEST, "", &old), STORE_CONFLICT); /* there is one */
    ck_result(put("d", "two", OTHER_DIGEST, DIGEST, &old), STORE_OK);
    ck_assert_str_eq(old, "one");
    ck_result(put("d", "three", DIGEST, DIGEST, &old), STORE_CONFLICT); /* another one by now */
}
END_TEST

enum { RACES = 60 };

struct racer {
    pthread_t thread;
    pthread_barrier_t *line;
    const char *folder;
    enum store_result result[RACES];
    bool replaced[RACES];
};

static void *race(void *context)
{
    struct racer *racer = context;
    struct db *db = cluster_connect();
    struct arena arena = { 0 };
    char name[32];

    for (int i = 0; i < RACES; i++) {
        struct dataset_row row = { .project = PROJECT,
                                   .name = name,
                                   .sources = "[]",
                                   .examples = 1,
                                   .bytes = 1,
                                   .folder = racer->folder };
        const char *old = NULL;
        struct error err;

        snprintf(name, sizeof(name), "race-%d", i);
        strcpy(row.sha256, DIGEST);
        pthread_barrier_wait(racer->line);
        racer->result[i] = store_dataset_put(db, &row, NULL, &arena, &old, &err);
        racer->replaced[i] = old != NULL;
    }
    arena_fini(&arena);
    db_close(db);
    return NULL;
}

START_TEST(of_two_who_create_one_is_told_of_the_other)
{
    struct racer racers[2] = { { .folder = "one" }, { .folder = "two" } };
    pthread_barrier_t line;

    pthread_barrier_init(&line, NULL, 2);
    for (int i = 0; i < 2; i++) {
        racers[i].line = &line;
        ck_assert_int_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(racers[i].thread, NULL);
    pthread_barrier_destroy(&line);
    for (int i = 0; i < RACES; i++) {
        int created = 0;

        for (int j = 0; j < 2; j++) {
            ck_assert(racers[j].result[i] == STORE_OK || racers[j].result[i] == STORE_CONFLICT);
            created += racers[j].result[i] == STORE_OK && !racers[j].replaced[i];
        }
        ck_assert_int_eq(created, 1);
    }
}
END_TEST

static void see_dataset(void *context, const struct dataset_row *row)
{
    (void)context;
    strcat(seen, row->name);
}

START_TEST(a_dataset_stays_while_a_job_needs_it)
{
    char id[IDENTIFIER_TEXT_BYTES];
    const char *old;

    ck_result(put("d", "one", DIGEST, NULL, &old), STORE_OK);
    ck_result(put("other", "two", DIGEST, NULL, &old), STORE_OK);
    make_job("a", id);
    cluster_run(store.db, "UPDATE jobs SET datasets = '{d, gone}'");
    ck_result(store_dataset_delete(store.db, PROJECT, "d", &store.arena, &old, &store.err), STORE_CONFLICT);
    ck_result(store_dataset_delete(store.db, PROJECT, "gone", &store.arena, &old, &store.err), STORE_NONE);
    ck_result(store_dataset_delete(store.db, PROJECT, "other", &store.arena, &old, &store.err), STORE_OK);
    cluster_run(store.db, "UPDATE jobs SET state = 'cancelled', finished_at = now()");
    ck_result(store_dataset_delete(store.db, PROJECT, "d", &store.arena, &old, &store.err), STORE_OK);
    ck_assert_str_eq(old, "one");
}
END_TEST

START_TEST(datasets_are_listed_by_name)
{
    const char *old;

    ck_result(put("b", "1", DIGEST, NULL, &old), STORE_OK);
    ck_result(put("c", "2", DIGEST, NULL, &old), STORE_OK);
    ck_result(put("a", "3", DIGEST, NULL, &old), STORE_OK);
    seen[0] = '\0';
    ck_result(store_dataset_list(store.db, PROJECT, NULL, 2, see_dataset, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "ab");
    ck_result(store_dataset_list(store.db, PROJECT, "b", 2, see_dataset, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "abc");
    ck_result(store_dataset_list(store.db, "other", NULL, 2, see_dataset, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "abc");
}
END_TEST

Suite *store_datasets_suite(void)
{
    Suite *suite = suite_create("datasets");
    TCase *group = tcase_create("datasets");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, a_dataset_is_created_replaced_and_deleted);
    tcase_add_test(group, a_replacement_may_insist_on_what_it_replaces);
    tcase_add_test(group, of_two_who_create_one_is_told_of_the_other);
    tcase_add_test(group, a_dataset_stays_while_a_job_needs_it);
    tcase_add_test(group, datasets_are_listed_by_name);
    suite_add_tcase(suite, group);
    return suite;
}
