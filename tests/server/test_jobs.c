/* tests/server/test_jobs.c -- jobs as clients see and change them. */
#include <math.h>
#include <string.h>

#include "server/store/checkpoints.h"
#include "server/store/log.h"
#include "server/store/output.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

START_TEST(a_job_is_read_as_it_was_submitted)
{
    static const char definition[] = "{\"name\": \"größe\"} and more";
    char id[IDENTIFIER_TEXT_BYTES];
    const struct job_insert insert = {
        .id = id,
        .project = PROJECT,
        .name = "größe",
        .labels = "{\"team\": \"vision\"}",
        .definition = definition,
        .definition_bytes = strlen("{\"name\": \"größe\"}"),
        .priority = -3,
        .threads = 2,
        .max_attempts = 5,
    };
    const char *text;
    size_t bytes;
    struct job job;

    identifier_new(id);
    ck_result(store_job_insert(store.db, &insert, &store.err), STORE_OK);
    ck_result(store_job_insert(store.db, &insert, &store.err), STORE_CONFLICT);
    job = job_now(id);
    ck_assert_str_eq(job.id, id);
    ck_assert_str_eq(job.name, "größe");
    ck_assert_str_eq(job.labels, "{\"team\": \"vision\"}");
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_ptr_null(job.reason);
    ck_assert_ptr_null(job.error);
    ck_assert_int_eq(job.priority, -3);
    ck_assert_int_eq(job.threads, 2);
    ck_assert_int_eq(job.max_attempts, 5);
    ck_assert_int_eq(job.epoch, 0);
    ck_assert_int_eq(job.stop, STOP_NONE);
    ck_assert(job.created_us > 0 && job.started_us == TIME_ABSENT && job.finished_us == TIME_ABSENT);
    ck_assert_str_eq(job.last_checkpoint, "");
    ck_assert(job.batches_per_epoch == INTEGER_ABSENT && isnan(job.eta_s));
    ck_assert_ptr_null(job.status);
    ck_result(store_job_definition(store.db, PROJECT, id, &store.arena, &text, &bytes, &store.err), STORE_OK);
    ck_assert_uint_eq(bytes, insert.definition_bytes);
    ck_assert_mem_eq(text, definition, bytes);
    ck_assert_int_eq(
        number("SELECT count(*) FROM jobs WHERE definition_sha256 = sha256(convert_to(definition, 'UTF8'))"),
        1);
}
END_TEST

START_TEST(another_project_sees_nothing)
{
    char id[IDENTIFIER_TEXT_BYTES];
    const struct job_change change = { .name = "mine", .priority = INTEGER_ABSENT };
    const struct job_move move = { .project = "other", .id = id, .from = JOB_QUEUED, .to = JOB_CANCELLED };
    enum stop_request stop;
    struct job job;
    const char *text;
    size_t bytes;

    make_job("job", id);
    ck_result(store_job_read(store.db, "other", id, &store.arena, &job, &store.err), STORE_NONE);
    ck_result(store_job_definition(store.db, "other", id, &store.arena, &text, &bytes, &store.err),
              STORE_NONE);
    ck_result(store_job_change(store.db, "other", id, &change, &store.err), STORE_NONE);
    ck_result(store_job_move(store.db, &move, &store.err), STORE_NONE);
    ck_result(store_job_request_stop(store.db, "other", id, STOP_CANCEL, &stop, &store.err), STORE_NONE);
    ck_result(store_job_delete(store.db, "other", id, &store.err), STORE_NONE);
}
END_TEST

START_TEST(what_is_no_identifier_is_no_job)
{
    struct job job;

    ck_result(store_job_read(store.db, PROJECT, "'; DROP TABLE jobs", &store.arena, &job, &store.err),
              STORE_NONE);
    ck_result(store_job_delete(store.db, PROJECT, "../..", &store.err), STORE_NONE);
}
END_TEST

START_TEST(only_what_is_given_changes)
{
    char id[IDENTIFIER_TEXT_BYTES];
    const struct job_change name = { .name = "new", .priority = INTEGER_ABSENT };
    const struct job_change rest = { .labels = "{\"a\": \"b\"}", .priority = 7 };
    struct job job;

    make_job("old", id);
    ck_result(store_job_change(store.db, PROJECT, id, &name, &store.err), STORE_OK);
    ck_result(store_job_change(store.db, PROJECT, id, &rest, &store.err), STORE_OK);
    job = job_now(id);
    ck_assert_str_eq(job.name, "new");
    ck_assert_str_eq(job.labels, "{\"a\": \"b\"}");
    ck_assert_int_eq(job.priority, 7);
}
END_TEST

/* ---- lists ---- */

struct listed {
    char names[64];
    int64_t created_us;
    char id[IDENTIFIER_TEXT_BYTES];
};

static void list_name(void *context, const struct job *job)
{
    struct listed *listed = context;

    strcat(listed->names, job->name);
    listed->created_us = job->created_us;
    strcpy(listed->id, job->id);
}

static const char *list(const struct job_filter *filter, struct listed *listed)
{
    listed->names[0] = '\0';
    ck_result(store_job_list(store.db, filter, list_name, listed, &store.err), STORE_OK);
    return listed->names;
}

START_TEST(pages_are_newest_first_and_leave_nothing_out)
{
    struct job_filter filter = { .project = PROJECT, .before_created_us = TIME_ABSENT, .limit = 2 };
    char id[IDENTIFIER_TEXT_BYTES];
    struct listed listed;

    for (const char *name = "abcde"; *name; name++)
        make_job((char[]){ *name, '\0' }, id);
    cluster_run(
        store.db,
        "UPDATE jobs SET created_at = '2026-01-02 03:04:05.678901' WHERE name IN ('b', 'c', 'd', 'e');"
        "UPDATE jobs SET created_at = '2026-01-02 03:04:05.6789' WHERE name = 'a'");
    ck_assert_str_eq(list(&filter, &listed), "ed");
    filter.before_created_us = listed.created_us;
    filter.before_id = listed.id;
    ck_assert_str_eq(list(&filter, &listed), "cb");
    filter.before_created_us = listed.created_us;
    ck_assert_str_eq(list(&filter, &listed), "a");
}
END_TEST

START_TEST(filters_mean_any_of_each_and_all_of_them)
{
    const char *const names[] = { "a", "b" }, *const keys[] = { "team", "kind" },
                      *const values[] = { "x", "y" };
    struct job_filter filter = { .project = PROJECT, .before_created_us = TIME_ABSENT, .limit = 10 };
    struct listed listed;
    char id[IDENTIFIER_TEXT_BYTES];

    make_job("a", id);
    make_job("b", id);
    make_job("c", id);
    cluster_run(store.db, "UPDATE jobs SET labels = '{\"team\": \"x\"}' WHERE name = 'a';"
                          "UPDATE jobs SET labels = '{\"kind\": \"y\", \"team\": \"z\"}' WHERE name = 'c';"
                          "UPDATE jobs SET state = 'paused' WHERE name = 'b'");
    filter.states = 1U << JOB_PAUSED;
    ck_assert_str_eq(list(&filter, &listed), "b");
    filter.states |= 1U << JOB_QUEUED;
    ck_assert_str_eq(list(&filter, &listed), "cba");
    filter.names = names;
    filter.name_count = 2;
    ck_assert_str_eq(list(&filter, &listed), "ba");
    filter.name_count = 0;
    filter.label_keys = keys;
    filter.label_values = values;
    filter.label_count = 2;
    ck_assert_str_eq(list(&filter, &listed), "ca");
    filter.label_count = 1;
    ck_assert_str_eq(list(&filter, &listed), "a");
    filter.project = "other";
    ck_assert_str_eq(list(&filter, &listed), "");
}
END_TEST

START_TEST(states_are_counted)
{
    int64_t counts[JOB_STATE_COUNT];
    char id[IDENTIFIER_TEXT_BYTES];

    make_running_job();
    make_job("waits", id);
    make_job("waits", id);
    ck_result(store_job_count(store.db, counts, &store.err), STORE_OK);
    ck_assert_int_eq(counts[JOB_QUEUED], 2);
    ck_assert_int_eq(counts[JOB_RUNNING], 1);
    ck_assert_int_eq(counts[JOB_FAILED], 0);
}
END_TEST

/* ---- moves ---- */

START_TEST(a_move_needs_the_state_it_starts_from)
{
    char id[IDENTIFIER_TEXT_BYTES];
    struct job_move move = {
        .project = PROJECT, .id = id, .from = JOB_QUEUED, .to = JOB_PAUSED, .reason = "asked"
    };
    struct job job;

    make_job("job", id);
    ck_result(store_job_move(store.db, &move, &store.err), STORE_OK);
    ck_result(store_job_move(store.db, &move, &store.err), STORE_CONFLICT);
    job = job_now(id);
    ck_assert_int_eq(job.state, JOB_PAUSED);
    ck_assert_str_eq(job.reason, "asked");
    ck_assert(job.finished_us == TIME_ABSENT);
    ck_result(claim(&job), STORE_NONE);

    move = (struct job_move){ .project = PROJECT, .id = id, .from = JOB_PAUSED, .to = JOB_CANCELLED };
    ck_result(store_job_move(store.db, &move, &store.err), STORE_OK);
    job = job_now(id);
    ck_assert_int_eq(job.state, JOB_CANCELLED);
    ck_assert(job.finished_us != TIME_ABSENT);
}
END_TEST

START_TEST(resuming_may_choose_a_checkpoint)
{
    char checkpoint[IDENTIFIER_TEXT_BYTES];
    struct job job = make_running_job();
    const struct job_release release = { .id = job.id, .epoch = job.epoch, .to = JOB_INTERRUPTED };
    struct job_move move = { .project = PROJECT, .id = job.id, .from = JOB_INTERRUPTED, .to = JOB_QUEUED };

    identifier_new(checkpoint);
    cluster_run(store.db, "UPDATE jobs SET crash_count = 2");
    ck_result(store_job_release(store.db, &release, &store.err), STORE_OK);
    ck_assert(job_now(job.id).finished_us != TIME_ABSENT);
    move.checkpoint = checkpoint;
    ck_result(store_job_move(store.db, &move, &store.err), STORE_OK);
    job = job_now(job.id);
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_str_eq(job.last_checkpoint, checkpoint);
    ck_assert_int_eq(job.crash_count, 0);
    ck_assert(job.finished_us == TIME_ABSENT);
    ck_result(claim(&job), STORE_OK);
    ck_assert_int_eq(job.epoch, 2);
}
END_TEST

START_TEST(the_severity_of_a_stop_only_grows)
{
    const struct job job = make_running_job();
    enum stop_request stop;
    char waiting[IDENTIFIER_TEXT_BYTES];

    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_BATCH, &stop, &store.err), STORE_OK);
    ck_assert_int_eq(stop, STOP_BATCH);
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_EPOCH, &stop, &store.err), STORE_OK);
    ck_assert_int_eq(stop, STOP_BATCH);
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_CANCEL, &stop, &store.err), STORE_OK);
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_SUSPEND, &stop, &store.err), STORE_OK);
    ck_assert_int_eq(stop, STOP_CANCEL);
    ck_assert_int_eq(job_now(job.id).stop, STOP_CANCEL);
    make_job("waits", waiting);
    ck_result(store_job_request_stop(store.db, PROJECT, waiting, STOP_EPOCH, &stop, &store.err),
              STORE_CONFLICT);
}
END_TEST

static enum store_result lock_and_change(struct db *db, void *context, struct error *err)
{
    const char *id = context;
    struct db *other = cluster_connect();
    const struct job_change change = { .name = "late", .priority = INTEGER_ABSENT };
    struct error refused = { 0 };
    struct job job;

    ck_assert_int_eq(store_job_lock(db, PROJECT, id, &store.arena, &job, err), STORE_OK);
    cluster_run(other, "SET lock_timeout = 20");
    ck_assert_int_eq(store_job_change(other, PROJECT, id, &change, &refused), STORE_UNAVAILABLE);
    db_close(other);
    return STORE_OK;
}

START_TEST(a_locked_job_is_not_changed_by_others)
{
    char id[IDENTIFIER_TEXT_BYTES];

    make_job("job", id);
    ck_result(db_transaction(store.db, lock_and_change, id, &store.err), STORE_OK);
    ck_assert_str_eq(job_now(id).name, "job");
}
END_TEST

/* ---- deleting ---- */

START_TEST(only_a_job_at_rest_is_deleted_and_then_all_of_it)
{
    const struct job job = make_running_job();
    const struct log_entry entries[] = { { .iteration = 1, .record = "a", .value = 1 },
                                         { .iteration = 1, .record = "b", .value = 1 },
                                         { .iteration = 2, .record = "a", .value = 1 } };
    const struct log_append append = {
        .job = job.id, .epoch = 1, .entries = entries, .count = 3, .lease_ms = LEASE_MS
    };
    const struct checkpoint_row checkpoint = {
        .id = "01890a5d-ac96-774b-bcce-b302099a8057",
        .epoch = 1,
        .path = "best.tar",
        .file = "f",
        .sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .resumable = true,
    };
    struct checkpoint_row row = checkpoint;
    const struct job_release release = { .id = job.id, .epoch = 1, .to = JOB_SUCCEEDED };
    enum stop_request stop;
    char purged[IDENTIFIER_TEXT_BYTES];
    bool done;

    strcpy(row.job, job.id);
    ck_result(store_log_append(store.db, &append, &stop, &store.err), STORE_OK);
    ck_result(store_output_append(store.db, job.id, 1, 0, "text", 4, &store.err), STORE_OK);
    ck_result(store_checkpoint_insert(store.db, &row, &store.err), STORE_OK);
    ck_result(store_job_delete(store.db, PROJECT, job.id, &store.err), STORE_CONFLICT);
    ck_result(store_job_release(store.db, &release, &store.err), STORE_OK);
    ck_result(store_job_purge(store.db, 2, purged, &done, &store.err), STORE_NONE);
    ck_result(store_job_delete(store.db, PROJECT, job.id, &store.err), STORE_OK);
    ck_result(store_job_delete(store.db, PROJECT, job.id, &store.err), STORE_NONE);
    ck_assert_int_eq(number("SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM events) +"
                            " (SELECT count(*) FROM attempts) + (SELECT count(*) FROM checkpoints)"),
                     0);

    ck_result(store_job_purge(store.db, 2, purged, &done, &store.err), STORE_OK);
    ck_assert_str_eq(purged, job.id);
    ck_assert(!done);
    ck_assert_int_eq(number("SELECT count(*) FROM log_entries"), 1);
    ck_result(store_job_purge(store.db, 2, purged, &done, &store.err), STORE_OK);
    ck_assert(done);
    ck_assert_int_eq(
        number("SELECT (SELECT count(*) FROM log_entries) + (SELECT count(*) FROM output_chunks)"), 0);
    ck_result(store_job_buried(store.db, job.id, &store.err), STORE_OK);
    ck_result(store_job_purge(store.db, 2, purged, &done, &store.err), STORE_NONE);
}
END_TEST

Suite *jobs_suite(void)
{
    Suite *suite = suite_create("jobs");
    TCase *group = tcase_create("jobs");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, a_job_is_read_as_it_was_submitted);
    tcase_add_test(group, another_project_sees_nothing);
    tcase_add_test(group, what_is_no_identifier_is_no_job);
    tcase_add_test(group, only_what_is_given_changes);
    tcase_add_test(group, pages_are_newest_first_and_leave_nothing_out);
    tcase_add_test(group, filters_mean_any_of_each_and_all_of_them);
    tcase_add_test(group, states_are_counted);
    tcase_add_test(group, a_move_needs_the_state_it_starts_from);
    tcase_add_test(group, resuming_may_choose_a_checkpoint);
    tcase_add_test(group, the_severity_of_a_stop_only_grows);
    tcase_add_test(group, a_locked_job_is_not_changed_by_others);
    tcase_add_test(group, only_a_job_at_rest_is_deleted_and_then_all_of_it);
    suite_add_tcase(suite, group);
    return suite;
}
