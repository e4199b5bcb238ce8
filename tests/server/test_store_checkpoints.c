/* tests/server/test_store_checkpoints.c -- the rows of checkpoints. */
#include <stdio.h>
#include <string.h>

#include "server/store/checkpoints.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

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

Suite *store_checkpoints_suite(void)
{
    Suite *suite = suite_create("checkpoints");
    TCase *group = tcase_create("checkpoints");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, a_checkpoint_is_read_by_id_or_as_the_newest_at_its_path);
    tcase_add_test(group, an_automatic_checkpoint_is_where_the_job_goes_on);
    tcase_add_test(group, a_stale_worker_saves_nothing);
    tcase_add_test(group, checkpoints_are_listed_newest_first_page_by_page);
    tcase_add_test(group, what_newer_ones_replaced_can_go_but_not_what_is_needed);
    suite_add_tcase(suite, group);
    return suite;
}
