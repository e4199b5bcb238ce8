/* tests/server/test_store_files.c -- checkpoints, datasets and kept answers. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "server/store/checkpoints.h"
#include "server/store/datasets.h"
#include "server/store/idempotency.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_DIGEST "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* ---- checkpoints ---- */

enum by { BY_PARAMETERS, BY_EXTENSION, BY_SERVER };

static void save(const struct job *job, const char *path, int64_t iterations_done, enum by by,
                 char out_id[IDENTIFIER_TEXT_BYTES], enum store_result expected)
{
    char file[64];
    struct checkpoint_row row = {
        .path = path,
        .file = file,
        .bytes = 123,
        .sha256 = DIGEST,
        .iterations_done = iterations_done,
        .epochs_done = 2,
        .epoch = job->epoch,
        .resumable = by != BY_PARAMETERS,
        .automatic = by == BY_SERVER,
        .metadata = "{}",
    };

    identifier_new(out_id);
    strcpy(row.id, out_id);
    strcpy(row.job, job->id);
    snprintf(file, sizeof(file), "file-%d", (int)iterations_done);
    ck_result(store_checkpoint_insert(store.db, &row, &store.err), expected);
    if (expected == STORE_OK)
        ck_result(store_checkpoint_insert(store.db, &row, &store.err),
                  STORE_OK); /* an unknown outcome, repeated */
}

static struct checkpoint_row checkpoint_now(const struct job *job, const char *name)
{
    struct checkpoint_row row;

    ck_result(store_checkpoint_read(store.db, PROJECT, job->id, name, &store.arena, &row, &store.err),
              STORE_OK);
    return row;
}

START_TEST(a_checkpoint_is_read_by_id_or_as_the_newest_at_its_path)
{
    const struct job job = make_running_job();
    char old[IDENTIFIER_TEXT_BYTES], newer[IDENTIFIER_TEXT_BYTES];
    struct checkpoint_row row;

    save(&job, "best.tar", 1, BY_EXTENSION, old, STORE_OK);
    save(&job, "best.tar", 2, BY_EXTENSION, newer, STORE_OK);
    row = checkpoint_now(&job, "best.tar");
    ck_assert_str_eq(row.id, newer);
    ck_assert_str_eq(row.job, job.id);
    ck_assert_str_eq(row.file, "file-2");
    ck_assert_str_eq(row.sha256, DIGEST);
    ck_assert_int_eq(row.bytes, 123);
    ck_assert_int_eq(row.iterations_done, 2);
    ck_assert_int_eq(row.epochs_done, 2);
    ck_assert_int_eq(row.epoch, 1);
    ck_assert(!row.automatic && row.resumable && row.created_us > 0);
    ck_assert_str_eq(row.metadata, "{}");
    ck_assert_str_eq(checkpoint_now(&job, old).path, "best.tar");
    ck_result(store_checkpoint_read(store.db, PROJECT, job.id, "none.tar", &store.arena, &row, &store.err),
              STORE_NONE);
    ck_result(store_checkpoint_read(store.db, "other", job.id, old, &store.arena, &row, &store.err),
              STORE_NONE);
    ck_result(store_checkpoint_read(store.db, PROJECT, old, old, &store.arena, &row, &store.err), STORE_NONE);
    ck_assert_int_eq(number("SELECT count(*) FROM events WHERE kind = 'checkpoint'"), 2);
}
END_TEST

/* Those of the extension are made within a round of callbacks, so that nothing may go on from them unasked.
 */
START_TEST(an_automatic_checkpoint_is_where_the_job_goes_on)
{
    const struct job job = make_running_job();
    char first[IDENTIFIER_TEXT_BYTES], newer[IDENTIFIER_TEXT_BYTES], other[IDENTIFIER_TEXT_BYTES];
    const char *file;

    cluster_run(store.db, "UPDATE jobs SET crash_count = 2");
    save(&job, "p.tar", 1, BY_PARAMETERS, other, STORE_OK);
    save(&job, "p.tar", 2, BY_EXTENSION, other, STORE_OK);
    ck_assert_str_eq(job_now(job.id).last_checkpoint, "");
    ck_assert_int_eq(job_now(job.id).crash_count, 2);
    save(&job, "a.tar", 3, BY_SERVER, first, STORE_OK);
    save(&job, "a.tar", 4, BY_SERVER, newer, STORE_OK);
    save(&job, "p.tar", 5, BY_EXTENSION, other, STORE_OK);
    ck_assert_str_eq(job_now(job.id).last_checkpoint, newer);
    ck_assert_int_eq(job_now(job.id).crash_count, 0);

    ck_result(store_checkpoint_delete(store.db, "other", job.id, newer, &store.arena, &file, &store.err),
              STORE_NONE);
    ck_result(store_checkpoint_delete(store.db, PROJECT, job.id, newer, &store.arena, &file, &store.err),
              STORE_OK);
    ck_assert_str_eq(file, "file-4");
    ck_assert_str_eq(job_now(job.id).last_checkpoint, first);
    ck_result(store_checkpoint_delete(store.db, PROJECT, job.id, newer, &store.arena, &file, &store.err),
              STORE_NONE);
    ck_result(store_checkpoint_delete(store.db, PROJECT, job.id, first, &store.arena, &file, &store.err),
              STORE_OK);
    ck_assert_str_eq(job_now(job.id).last_checkpoint, "");
}
END_TEST

START_TEST(a_stale_worker_saves_nothing)
{
    const struct job job = make_running_job();
    const struct job_release drain = { .id = job.id, .epoch = 1, .to = JOB_QUEUED };
    char id[IDENTIFIER_TEXT_BYTES];

    ck_result(store_job_release(store.db, &drain, &store.err), STORE_OK);
    save(&job, "a.tar", 1, BY_SERVER, id, STORE_CONFLICT);
    ck_assert_int_eq(number("SELECT count(*) FROM checkpoints"), 0);
    ck_assert_str_eq(job_now(job.id).last_checkpoint, "");
}
END_TEST

static char seen[256];
static struct checkpoint_row last;

static void see_checkpoint(void *context, const struct checkpoint_row *row)
{
    (void)context;
    last = *row;
    sprintf(seen + strlen(seen), "%d ", (int)row->iterations_done);
}

START_TEST(checkpoints_are_listed_newest_first_page_by_page)
{
    const struct job job = make_running_job();
    struct checkpoint_filter filter = {
        .project = PROJECT, .job = job.id, .before_created_us = TIME_ABSENT, .limit = 2
    };
    char id[IDENTIFIER_TEXT_BYTES];

    for (int i = 1; i <= 3; i++)
        save(&job, "a.tar", i, BY_SERVER, id, STORE_OK);
    seen[0] = '\0';
    ck_result(store_checkpoint_list(store.db, &filter, see_checkpoint, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "3 2 ");
    filter.before_created_us = last.created_us;
    filter.before_id = strcpy(id, last.id);
    ck_result(store_checkpoint_list(store.db, &filter, see_checkpoint, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "3 2 1 ");
    filter.project = "other";
    ck_result(store_checkpoint_list(store.db, &filter, see_checkpoint, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "3 2 1 ");
}
END_TEST

START_TEST(what_newer_ones_replaced_can_go_but_not_what_is_needed)
{
    const struct job job = make_running_job();
    char id[IDENTIFIER_TEXT_BYTES];

    save(&job, "a.tar", 1, BY_SERVER, id, STORE_OK);
    save(&job, "a.tar", 2, BY_SERVER, id, STORE_OK); /* the last one that can be continued */
    save(&job, "a.tar", 3, BY_EXTENSION, id, STORE_OK);
    save(&job, "a.tar", 4, BY_EXTENSION, id, STORE_OK);
    save(&job, "b.tar", 5, BY_EXTENSION, id, STORE_OK);
    seen[0] = '\0';
    ck_result(store_checkpoint_superseded(store.db, job.id, 1, see_checkpoint, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "1 3 ");
    seen[0] = '\0';
    ck_result(store_checkpoint_superseded(store.db, job.id, 2, see_checkpoint, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "1 ");
}
END_TEST

/* ---- datasets ---- */

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

/* ---- kept answers ---- */

static struct idempotency_answer answer;

static enum store_result begin(const char *project, const char *key, unsigned char digest_byte)
{
    unsigned char digest[32] = { digest_byte };

    return store_idempotency_begin(store.db, project, key, digest, &store.arena, &answer, &store.err);
}

START_TEST(the_first_answer_is_kept)
{
    const struct idempotency_answer kept = { .status = 201,
                                             .location = "/v1/jobs/x",
                                             .content_type = "application/json",
                                             .body = "{\0}",
                                             .body_bytes = 3 };

    ck_result(begin(PROJECT, "key", 1), STORE_OK);
    ck_result(begin("other", "key", 1), STORE_OK);
    ck_result(begin(PROJECT, "key", 1), STORE_CONFLICT);
    ck_assert(answer.same_request);
    ck_assert_int_eq(answer.status, 0); /* still under way */
    ck_result(store_idempotency_finish(store.db, PROJECT, "key", &kept, &store.err), STORE_OK);
    ck_result(begin(PROJECT, "key", 1), STORE_CONFLICT);
    ck_assert(answer.same_request);
    ck_assert_int_eq(answer.status, 201);
    ck_assert_str_eq(answer.location, "/v1/jobs/x");
    ck_assert_str_eq(answer.content_type, "application/json");
    ck_assert_uint_eq(answer.body_bytes, 3);
    ck_assert_mem_eq(answer.body, "{\0}", 3);
    ck_result(begin(PROJECT, "key", 2), STORE_CONFLICT);
    ck_assert(!answer.same_request);
}
END_TEST

START_TEST(a_key_becomes_free_again)
{
    const struct idempotency_answer kept = { .status = 201 };

    ck_result(begin(PROJECT, "refused", 1), STORE_OK);
    ck_result(store_idempotency_forget(store.db, PROJECT, "refused", &store.err), STORE_OK);
    ck_result(begin(PROJECT, "refused", 2), STORE_OK);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '61 s'");
    ck_result(begin(PROJECT, "refused", 3), STORE_OK); /* the request died */
    ck_result(store_idempotency_finish(store.db, PROJECT, "refused", &kept, &store.err), STORE_OK);
    ck_result(store_idempotency_forget(store.db, PROJECT, "refused", &store.err), STORE_NONE);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '61 s'");
    ck_result(begin(PROJECT, "refused", 4), STORE_CONFLICT);
    ck_result(store_idempotency_expire(store.db, &store.err), STORE_NONE);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '24 h'");
    ck_result(store_idempotency_expire(store.db, &store.err), STORE_OK);
    ck_result(begin(PROJECT, "refused", 5), STORE_OK);
}
END_TEST

Suite *store_files_suite(void)
{
    Suite *suite = suite_create("store files");
    TCase *group = tcase_create("store files");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, a_checkpoint_is_read_by_id_or_as_the_newest_at_its_path);
    tcase_add_test(group, an_automatic_checkpoint_is_where_the_job_goes_on);
    tcase_add_test(group, a_stale_worker_saves_nothing);
    tcase_add_test(group, checkpoints_are_listed_newest_first_page_by_page);
    tcase_add_test(group, what_newer_ones_replaced_can_go_but_not_what_is_needed);
    tcase_add_test(group, a_dataset_is_created_replaced_and_deleted);
    tcase_add_test(group, a_replacement_may_insist_on_what_it_replaces);
    tcase_add_test(group, of_two_who_create_one_is_told_of_the_other);
    tcase_add_test(group, a_dataset_stays_while_a_job_needs_it);
    tcase_add_test(group, datasets_are_listed_by_name);
    tcase_add_test(group, the_first_answer_is_kept);
    tcase_add_test(group, a_key_becomes_free_again);
    suite_add_tcase(suite, group);
    return suite;
}
