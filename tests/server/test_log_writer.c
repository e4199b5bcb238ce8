/* tests/server/test_log_writer.c -- rows arrive complete and in order, and a lost claim stops its writer. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "server/log_writer.h"
#include "server/store/jobs.h"
#include "server/store/log.h"
#include "server/store/output.h"
#include "tests/server/cluster.h"

static struct db *db;
static struct log_writer *writer;
static struct log_feed *feed;
static struct arena arena;
static struct job job;
static struct error err;

static void submit_and_claim(void)
{
    char id[IDENTIFIER_TEXT_BYTES], owner[IDENTIFIER_TEXT_BYTES];

    identifier_new(id);
    identifier_new(owner);
    ck_assert_int_eq(store_job_insert(db,
                                      &(struct job_insert){ .id = id,
                                                            .project = "default",
                                                            .name = "a",
                                                            .labels = "{}",
                                                            .definition = "{}",
                                                            .definition_bytes = 2,
                                                            .threads = 1,
                                                            .max_attempts = 3 },
                                      &err),
                     STORE_OK);
    ck_assert_int_eq(
        store_job_claim(db, &(struct job_claim){ owner, "profile", 1, 30000, 1 }, &arena, &job, &err),
        STORE_OK);
}

static void setup(void)
{
    const struct db_options options = { .url = cluster_url(), .name = "writer" };

    db = cluster_connect();
    cluster_clear(db);
    feed = log_feed_new();
    writer = log_writer_start(&(struct log_writer_options){ .database = &options,
                                                            .queue_rows_max = 100,
                                                            .queue_bytes_max = 100000,
                                                            .batch_rows_max = 16,
                                                            .delay_ms = 20,
                                                            .lease_ms = 30000,
                                                            .feed = feed },
                              &err);
    ck_assert_ptr_nonnull(writer);
    submit_and_claim();
}

static void teardown(void)
{
    log_writer_stop(writer);
    log_feed_free(feed);
    arena_fini(&arena);
    db_close(db);
}

struct seen {
    int64_t count, last_seq, last_iteration;
    double sum;
    char json[64];
};

static void see(void *context, const struct log_entry *entry)
{
    struct seen *seen = context;

    ck_assert_int_gt(entry->seq, seen->last_seq);
    ck_assert_int_ge(entry->iteration, seen->last_iteration);
    seen->last_seq = entry->seq;
    seen->last_iteration = entry->iteration;
    seen->count++;
    seen->sum += entry->value;
    snprintf(seen->json, sizeof(seen->json), "%s", entry->json ? entry->json : "");
}

static struct seen read_log(const char *id)
{
    struct seen seen = { 0 };

    ck_assert_int_eq(store_log_select(db,
                                      &(struct log_selection){ .job = id,
                                                               .from_iteration = INTEGER_ABSENT,
                                                               .to_iteration = INTEGER_ABSENT,
                                                               .limit = 100000 },
                                      see, &seen, &err),
                     STORE_OK);
    return seen;
}

static bool write_row(struct log_writer_run *run, int64_t iteration, const char *name, struct value value)
{
    const struct sink_record record = { iteration, name, &value };
    bool taken = log_writer_records(run, &record, 1, &err);

    value_fini(&value);
    return taken;
}

/* Ten times what the queue holds: appending has to wait, nothing may be dropped. */
START_TEST(everything_appended_is_there_after_a_flush_in_order)
{
    struct log_writer_run *run = log_writer_open(writer, job.id, job.epoch, 0, 1000);

    for (int64_t i = 0; i < 1000; i++)
        ck_assert(write_row(run, i, "cost", value_real((double)i)));
    ck_assert_msg(log_writer_flush(run, &err), "%s", err.message);
    struct seen seen = read_log(job.id);
    ck_assert_int_eq(seen.count, 1000);
    ck_assert_double_eq(seen.sum, 999 * 500);
    log_writer_close(run);
}
END_TEST

static const struct {
    struct value value;
    const char *json;
} kinds[] = {
    { { .kind = VALUE_REAL, .real = 0.1 }, "" },
    { { .kind = VALUE_INTEGER, .integer = 7 }, "7" },
    { { .kind = VALUE_BOOLEAN, .boolean = true }, "true" },
    { { .kind = VALUE_NONE }, "null" },
    { { .kind = VALUE_TEXT, .text = "a \"b\"\n" }, "\"a \\\"b\\\"\\n\"" },
};

START_TEST(every_kind_of_value_keeps_its_exact_form)
{
    struct log_writer_run *run = log_writer_open(writer, job.id, job.epoch, 0, 1000);

    ck_assert(write_row(run, 1, "x", value_copy(&kinds[_i].value)));
    ck_assert_msg(log_writer_flush(run, &err), "%s", err.message);
    ck_assert_str_eq(read_log(job.id).json, kinds[_i].json);
    log_writer_close(run);
}
END_TEST

START_TEST(a_lost_claim_is_told_and_nothing_more_is_stored)
{
    struct log_writer_run *run = log_writer_open(writer, job.id, job.epoch, 0, 1000);

    ck_assert(write_row(run, 1, "x", value_real(1)));
    ck_assert_msg(log_writer_flush(run, &err), "%s", err.message);
    cluster_run(db, "UPDATE jobs SET epoch = epoch + 1");
    write_row(run, 2, "x", value_real(2));
    ck_assert(!log_writer_flush(run, &err));
    ck_assert_int_eq(err.code, ERROR_CANCELLED);
    ck_assert(log_writer_lost(run));
    ck_assert(!write_row(run, 3, "x", value_real(3)));
    ck_assert_int_eq(read_log(job.id).count, 1);
    log_writer_close(run);
}
END_TEST

START_TEST(output_is_one_text_in_order)
{
    struct log_writer_run *run = log_writer_open(writer, job.id, job.epoch, 0, 1000);
    struct text text = { 0 };

    ck_assert(log_writer_output(run, "one ", 4, &err));
    ck_assert(write_row(run, 1, "x", value_real(1)));
    ck_assert(log_writer_output(run, "two", 3, &err));
    ck_assert_int_eq(log_writer_output_bytes(run), 7);
    ck_assert_msg(log_writer_flush(run, &err), "%s", err.message);
    ck_assert_int_eq(store_output_select(db, job.id, 0, 1000, &text, &err), STORE_OK);
    ck_assert_str_eq(text_bytes(&text), "one two");
    text_fini(&text);
    log_writer_close(run);
}
END_TEST

START_TEST(progress_and_status_reach_the_job)
{
    struct log_writer_run *run = log_writer_open(writer, job.id, job.epoch, 0, 1000);
    struct job read;

    log_writer_progress(run, &(struct run_progress){ 12, 3, 4, 600 });
    ck_assert(log_writer_status(run, "{\"iterations_done\": 12}", &err));
    log_writer_bar(run, "Epoch 3");
    ck_assert_msg(log_writer_flush(run, &err), "%s", err.message);
    log_writer_close(run);
    ck_assert_int_eq(store_job_read(db, "default", job.id, &arena, &read, &err), STORE_OK);
    ck_assert_int_eq(read.iterations_done, 12);
    ck_assert_int_eq(read.epochs_done, 3);
    ck_assert_int_eq(read.batches_per_epoch, 4);
    ck_assert_str_eq(read.progress_bar, "Epoch 3");
}
END_TEST

static void *append_many(void *context)
{
    struct log_writer_run *run = context;

    for (int64_t i = 0; i < 500; i++)
        write_row(run, i, "cost", value_real(1));
    return NULL;
}

START_TEST(several_runs_share_the_writer)
{
    struct log_writer_run *runs[3];
    char ids[3][IDENTIFIER_TEXT_BYTES];
    pthread_t threads[3];

    for (int i = 0; i < 3; i++) {
        if (i)
            submit_and_claim();
        memcpy(ids[i], job.id, sizeof(ids[i]));
        runs[i] = log_writer_open(writer, job.id, job.epoch, 0, 1000);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, append_many, runs[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        ck_assert(log_writer_flush(runs[i], &err));
        log_writer_close(runs[i]);
        ck_assert_int_eq(read_log(ids[i]).count, 500);
    }
}
END_TEST

Suite *log_writer_suite(void)
{
    Suite *suite = suite_create("log_writer");
    TCase *tests = tcase_create("log_writer");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, everything_appended_is_there_after_a_flush_in_order);
    tcase_add_loop_test(tests, every_kind_of_value_keeps_its_exact_form, 0, COUNT(kinds));
    tcase_add_test(tests, a_lost_claim_is_told_and_nothing_more_is_stored);
    tcase_add_test(tests, output_is_one_text_in_order);
    tcase_add_test(tests, progress_and_status_reach_the_job);
    tcase_add_test(tests, several_runs_share_the_writer);
    suite_add_tcase(suite, tests);
    return suite;
}
