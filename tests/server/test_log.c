/* tests/server/test_log.c -- log entries, output and events of a job. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/events.h"
#include "server/store/log.h"
#include "server/store/output.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

static enum stop_request stop;

static void append(const struct job *job, const struct log_entry *entries, size_t count,
                   enum store_result expected)
{
    const struct log_append batch = {
        .job = job->id, .epoch = job->epoch, .entries = entries, .count = count, .lease_ms = LEASE_MS
    };

    ck_result(store_log_append(store.db, &batch, &stop, &store.err), expected);
}

/* What was read, as "seq:iteration record=value;". */
static char seen[1024];

static void see(void *context, const struct log_entry *entry)
{
    char *end = seen + strlen(seen);

    (void)context;
    if (entry->json)
        sprintf(end, "%d:%d %s=%s;", (int)entry->seq, (int)entry->iteration, entry->record, entry->json);
    else
        sprintf(end, "%d:%d %s=%g;", (int)entry->seq, (int)entry->iteration, entry->record, entry->value);
}

static const char *select_all(const struct log_selection *selection)
{
    seen[0] = '\0';
    ck_result(store_log_select(store.db, selection, see, NULL, &store.err), STORE_OK);
    return seen;
}

static struct log_selection everything(const struct job *job)
{
    return (struct log_selection){
        .job = job->id, .from_iteration = INTEGER_ABSENT, .to_iteration = INTEGER_ABSENT, .limit = 100
    };
}

static const struct log_entry first[] = {
    { .iteration = 1, .record = "cost", .value = 0.5 },
    { .iteration = 1, .record = "time", .value = NAN, .json = "\"now\"" },
    { .iteration = 2, .record = "cost", .value = INFINITY },
    { .iteration = 2, .record = "count", .value = 7, .json = "7" },
};

START_TEST(entries_are_read_in_the_order_they_were_written)
{
    const struct job job = make_running_job();
    const struct log_entry second = { .iteration = 3, .record = "cost", .value = 0.25 };
    struct log_selection selection = everything(&job);

    append(&job, first, COUNT(first), STORE_OK);
    ck_assert_int_eq(stop, STOP_NONE);
    append(&job, &second, 1, STORE_OK);
    ck_assert_str_eq(select_all(&selection),
                     "1:1 cost=0.5;2:1 time=\"now\";3:2 cost=inf;4:2 count=7;5:3 cost=0.25;");
    ck_assert_int_eq(job_now(job.id).log_seq, 5);
    selection.after_seq = 2;
    selection.limit = 2;
    ck_assert_str_eq(select_all(&selection), "3:2 cost=inf;4:2 count=7;");
}
END_TEST

START_TEST(selections_are_bounded_by_record_and_iteration)
{
    const struct job job = make_running_job();
    const char *const records[] = { "cost", "none" };
    struct log_selection selection = everything(&job);

    append(&job, first, COUNT(first), STORE_OK);
    selection.records = records;
    selection.record_count = 2;
    ck_assert_str_eq(select_all(&selection), "1:1 cost=0.5;3:2 cost=inf;");
    selection.from_iteration = 2;
    ck_assert_str_eq(select_all(&selection), "3:2 cost=inf;");
    selection.from_iteration = INTEGER_ABSENT;
    selection.to_iteration = 1;
    ck_assert_str_eq(select_all(&selection), "1:1 cost=0.5;");
}
END_TEST

START_TEST(a_page_is_read_along_the_index)
{
    static const struct db_statement explain = {
        .name = "explain",
        .sql =
            "EXPLAIN EXECUTE log_select('01890a5d-ac96-774b-bcce-b302099a8057', 0, '{}', NULL, NULL, 1000)",
    };
    const struct job job = make_running_job();
    struct log_selection selection = everything(&job);
    struct db_rows *rows;

    cluster_run(store.db,
                "INSERT INTO log_entries (job, iteration, seq, epoch, value, record)"
                " SELECT (SELECT id FROM jobs), i, i, 1, i, 'cost' FROM generate_series(1, 20000) AS i");
    selection.limit = 1;
    select_all(&selection); /* prepares it on this connection */
    ck_result(db_query(store.db, &explain, NULL, 0, &rows, &store.err), STORE_OK);
    while (db_rows_next(rows)) {
        ck_assert_msg(!strstr(db_rows_text(rows, 0), "Sort"), "%s", db_rows_text(rows, 0));
        ck_assert_msg(!strstr(db_rows_text(rows, 0), "Seq Scan"), "%s", db_rows_text(rows, 0));
    }
    db_rows_free(rows);
}
END_TEST

static void same_bits(void *context, const struct log_entry *entry)
{
    ck_assert_mem_eq(context, &entry->value, sizeof(double));
}

START_TEST(a_real_keeps_its_bits)
{
    const double values[] = { 0.1 + 0.2, -0.0, 5e-324, NAN, -INFINITY };

    for (size_t i = 0; i < COUNT(values); i++) {
        const struct job job = make_running_job();
        const struct log_entry entry = { .iteration = 1, .record = "r", .value = values[i] };
        struct log_selection selection = everything(&job);
        double value = values[i];

        append(&job, &entry, 1, STORE_OK);
        ck_result(store_log_select(store.db, &selection, same_bits, &value, &store.err), STORE_OK);
    }
}
END_TEST

START_TEST(of_one_record_in_a_batch_the_last_one_counts)
{
    const struct job job = make_running_job();
    const struct log_entry entries[] = { { .iteration = 1, .record = "a", .value = 1 },
                                         { .iteration = 1, .record = "b", .value = 2 },
                                         { .iteration = 1, .record = "a", .value = 3 } };
    const struct log_selection selection = everything(&job);

    append(&job, entries, COUNT(entries), STORE_OK);
    ck_assert_str_eq(select_all(&selection), "2:1 b=2;3:1 a=3;");
}
END_TEST

START_TEST(a_replay_overwrites_values_and_keeps_places)
{
    struct job job = make_running_job();
    const struct job_release drain = { .id = job.id, .epoch = 1, .to = JOB_QUEUED };
    const struct log_entry again[] = { { .iteration = 2, .record = "cost", .value = 4 },
                                       { .iteration = 3, .record = "cost", .value = 5 } };
    const struct log_selection selection = everything(&job);

    append(&job, first, COUNT(first), STORE_OK);
    ck_result(store_job_release(store.db, &drain, &store.err), STORE_OK);
    ck_result(claim(&job), STORE_OK);
    append(&job, again, COUNT(again), STORE_OK);
    append(&job, again, COUNT(again), STORE_OK); /* a commit whose outcome was unknown */
    ck_assert_str_eq(select_all(&selection),
                     "1:1 cost=0.5;2:1 time=\"now\";3:2 cost=4;4:2 count=7;6:3 cost=5;");
}
END_TEST

static void next_attempt(struct job *job)
{
    const struct job_release drain = { .id = job->id, .epoch = job->epoch, .to = JOB_QUEUED };

    ck_result(store_job_release(store.db, &drain, &store.err), STORE_OK);
    ck_result(claim(job), STORE_OK);
}

/* Every commit of one record, and what somebody then sees who has read everything before. */
static void follow(const struct job *job, struct log_selection *selection, const char *json,
                   const char *expected)
{
    const struct log_entry entry = { .iteration = 5, .record = "saved_to", .value = NAN, .json = json };

    append(job, &entry, 1, STORE_OK);
    ck_assert_str_eq(select_all(selection), expected);
    if (*expected)
        selection->after_seq = strtoll(expected, NULL, 10);
}

START_TEST(a_record_that_is_written_several_times_is_replayed_without_news)
{
    struct job job = make_running_job();
    struct log_selection selection = everything(&job);

    follow(&job, &selection, "1", "1:5 saved_to=1;");
    follow(&job, &selection, "2", "2:5 saved_to=2;");
    next_attempt(&job);
    follow(&job, &selection, "1", "");
    next_attempt(&job); /* and again, before it has come back to 2 */
    follow(&job, &selection, "0", "");
    follow(&job, &selection, "1", "");
    follow(&job, &selection, "2", "");
    follow(&job, &selection, "2", ""); /* a commit whose outcome was unknown */
    follow(&job, &selection, "3", "8:5 saved_to=3;");
    next_attempt(&job);
    follow(&job, &selection, "3", "");
    follow(&job, &selection, "4", "10:5 saved_to=4;");
    selection.after_seq = 0;
    ck_assert_str_eq(select_all(&selection), "10:5 saved_to=4;");
}
END_TEST

START_TEST(a_record_that_its_own_attempt_changes_is_news)
{
    struct job job = make_running_job();
    const struct log_entry again[] = { { .iteration = 2, .record = "cost", .value = 4 } };
    struct log_selection selection = everything(&job);

    append(&job, first, COUNT(first), STORE_OK);
    append(&job, again, COUNT(again), STORE_OK);
    append(&job, again, COUNT(again), STORE_OK); /* the same once more is none */
    selection.after_seq = 4;
    ck_assert_str_eq(select_all(&selection), "5:2 cost=4;");
}
END_TEST

START_TEST(a_stale_worker_writes_nothing)
{
    struct job job = make_running_job();
    const struct job_release drain = { .id = job.id, .epoch = 1, .to = JOB_QUEUED };
    const struct job stale = job;

    ck_result(store_job_release(store.db, &drain, &store.err), STORE_OK);
    append(&stale, first, COUNT(first), STORE_CONFLICT);
    ck_result(claim(&job), STORE_OK);
    append(&stale, first, COUNT(first), STORE_CONFLICT);
    ck_result(store_output_append(store.db, job.id, 1, 0, "x", 1, &store.err), STORE_CONFLICT);
    ck_result(store_output_truncate(store.db, job.id, 1, 0, &store.err), STORE_CONFLICT);
    ck_assert_int_eq(
        number("SELECT (SELECT count(*) FROM log_entries) + (SELECT count(*) FROM output_chunks)"), 0);
    ck_assert_int_eq(job_now(job.id).log_seq, 0);
}
END_TEST

START_TEST(an_append_renews_the_lease_and_tells_of_stops)
{
    const struct job job = make_running_job();
    enum stop_request asked;

    cluster_run(store.db, "UPDATE jobs SET lease_until = clock_timestamp()");
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_CANCEL, &asked, &store.err), STORE_OK);
    append(&job, first, 1, STORE_OK);
    ck_assert_int_eq(stop, STOP_CANCEL);
    ck_assert_int_eq(number("SELECT count(*) FROM jobs WHERE heartbeat = 1"
                            " AND lease_until > clock_timestamp() + interval '20 s'"),
                     1);
}
END_TEST

static void see_latest(void *context, size_t job_index, const struct log_entry *entry)
{
    sprintf(seen + strlen(seen), "%zu ", job_index);
    see(context, entry);
}

START_TEST(the_newest_of_every_record_is_found)
{
    const struct job one = make_running_job(), two = make_running_job(), three = make_running_job();
    const char *const jobs[] = { three.id, two.id, one.id };

    append(&one, first, COUNT(first), STORE_OK);
    append(&three, first, 1, STORE_OK);
    seen[0] = '\0';
    ck_result(store_log_latest(store.db, jobs, COUNT(jobs), see_latest, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "0 1:1 cost=0.5;2 3:2 cost=inf;2 4:2 count=7;2 2:1 time=\"now\";");
}
END_TEST

static void see_bucket(void *context, const struct log_bucket *bucket)
{
    (void)context;
    sprintf(seen + strlen(seen), "%s %d [%d %d] %g %g (%g %g) %d;", bucket->record, (int)bucket->bucket,
            (int)bucket->first_iteration, (int)bucket->last_iteration, bucket->first, bucket->last,
            bucket->min, bucket->max, (int)bucket->count);
}

START_TEST(a_series_is_split_into_buckets)
{
    const struct job job = make_running_job();
    const char *const records[] = { "a", "text" };
    struct log_selection selection = everything(&job);
    struct log_entry entries[11];

    for (int i = 0; i < 10; i++)
        entries[i] =
            (struct log_entry){ .iteration = i + 1, .record = "a", .value = i == 3 ? NAN : 10.0 - i };
    entries[10] = (struct log_entry){ .iteration = 1, .record = "text", .value = NAN, .json = "\"t\"" };
    append(&job, entries, COUNT(entries), STORE_OK);
    selection.records = records;
    selection.record_count = 2;
    seen[0] = '\0';
    ck_result(store_log_series(store.db, &selection, 2, see_bucket, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "a 0 [1 5] 10 6 (6 10) 5;a 1 [6 10] 5 1 (1 5) 5;");
    seen[0] = '\0';
    selection.from_iteration = 4;
    selection.to_iteration = 4;
    ck_result(store_log_series(store.db, &selection, 100, see_bucket, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "a 0 [4 4] nan nan (nan nan) 1;");
}
END_TEST

/* ---- output ---- */

static void check_output(const struct job *job, int64_t offset, int64_t bytes_max, const char *expected)
{
    struct text text = { 0 };

    ck_result(store_output_select(store.db, job->id, offset, bytes_max, &text, &store.err), STORE_OK);
    ck_assert_str_eq(text_bytes(&text), expected);
    text_fini(&text);
}

START_TEST(output_is_one_text_that_can_be_read_from_anywhere)
{
    const struct job job = make_running_job();

    check_output(&job, 0, 100, "");
    ck_result(store_output_append(store.db, job.id, 1, 0, "abcde", 5, &store.err), STORE_OK);
    ck_result(store_output_append(store.db, job.id, 1, 5, "fgh", 3, &store.err), STORE_OK);
    ck_result(store_output_append(store.db, job.id, 1, 5, "fgh", 3, &store.err), STORE_OK);
    ck_result(store_output_append(store.db, job.id, 1, 6, "x", 1, &store.err), STORE_CONFLICT);
    ck_result(store_output_append(store.db, job.id, 1, 8, "ij", 2, &store.err), STORE_OK);
    ck_assert_int_eq(job_now(job.id).output_bytes, 10);
    check_output(&job, 0, 100, "abcdefghij");
    check_output(&job, 3, 4, "defg");
    check_output(&job, 5, 3, "fgh");
    check_output(&job, 9, 100, "j");
    check_output(&job, 10, 100, "");
    check_output(&job, 6, 0, "");
}
END_TEST

START_TEST(output_after_a_checkpoint_can_be_written_again)
{
    const struct job job = make_running_job();

    ck_result(store_output_append(store.db, job.id, 1, 0, "abcde", 5, &store.err), STORE_OK);
    ck_result(store_output_append(store.db, job.id, 1, 5, "fgh", 3, &store.err), STORE_OK);
    ck_result(store_output_truncate(store.db, job.id, 1, 100, &store.err), STORE_OK);
    check_output(&job, 0, 100, "abcdefgh");
    ck_result(store_output_truncate(store.db, job.id, 1, 3, &store.err), STORE_OK);
    check_output(&job, 0, 100, "abc");
    ck_result(store_output_append(store.db, job.id, 1, 3, "DEF", 3, &store.err), STORE_OK);
    check_output(&job, 0, 100, "abcDEF");
    ck_assert_int_eq(job_now(job.id).output_bytes, 6);
}
END_TEST

/* ---- events ---- */

static int64_t last_event;

static void see_event(void *context, const struct job_event_row *event)
{
    (void)context;
    ck_assert(event->id > last_event && event->at_us > 0);
    last_event = event->id;
    sprintf(seen + strlen(seen), "%s %d %s %s %s;", event->kind, (int)event->epoch,
            event->state ? event->state : "-", event->reason ? event->reason : "-",
            event->detail ? event->detail : "-");
}

START_TEST(every_change_of_state_is_an_event)
{
    const struct job job = make_running_job();
    const struct job_release end = {
        .id = job.id, .epoch = 1, .to = JOB_SUCCEEDED, .reason = "finish_requested"
    };

    ck_result(store_event_insert(store.db, job.id, 1, "note", "why", "{}", &store.err), STORE_OK);
    ck_result(store_job_release(store.db, &end, &store.err), STORE_OK);
    seen[0] = '\0';
    last_event = 0;
    ck_result(store_event_select(store.db, job.id, 0, 3, see_event, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "state 0 queued - -;state 1 running - -;note 1 - why {};");
    seen[0] = '\0';
    ck_result(store_event_select(store.db, job.id, last_event, 3, see_event, NULL, &store.err), STORE_OK);
    ck_assert_str_eq(seen, "state 1 succeeded finish_requested -;");
    ck_result(store_event_insert(store.db, "01890a5d-ac96-774b-bcce-b302099a8057", 1, "note", NULL, NULL,
                                 &store.err),
              STORE_NONE);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *group = tcase_create("log");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, entries_are_read_in_the_order_they_were_written);
    tcase_add_test(group, selections_are_bounded_by_record_and_iteration);
    tcase_add_test(group, a_page_is_read_along_the_index);
    tcase_add_test(group, a_real_keeps_its_bits);
    tcase_add_test(group, of_one_record_in_a_batch_the_last_one_counts);
    tcase_add_test(group, a_replay_overwrites_values_and_keeps_places);
    tcase_add_test(group, a_record_that_is_written_several_times_is_replayed_without_news);
    tcase_add_test(group, a_record_that_its_own_attempt_changes_is_news);
    tcase_add_test(group, a_stale_worker_writes_nothing);
    tcase_add_test(group, an_append_renews_the_lease_and_tells_of_stops);
    tcase_add_test(group, the_newest_of_every_record_is_found);
    tcase_add_test(group, a_series_is_split_into_buckets);
    tcase_add_test(group, output_is_one_text_that_can_be_read_from_anywhere);
    tcase_add_test(group, output_after_a_checkpoint_can_be_written_again);
    tcase_add_test(group, every_change_of_state_is_an_event);
    suite_add_tcase(suite, group);
    return suite;
}
