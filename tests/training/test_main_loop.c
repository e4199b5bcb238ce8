/* tests/training/test_main_loop.c -- the order of callbacks, errors, resumption, timers. */
#include <string.h>

#include "tests/training/bench.h"
#include "tests/training/suites.h"

static struct bench bench;

static void set_up(void)
{
    bench_open(&bench);
}

static void tear_down(void)
{
    bench_close(&bench);
}

static enum training_outcome run(void)
{
    return main_loop_run(&bench.loop, &bench.err);
}

/* An exhausted stream is no finish: no after_training. */
START_TEST(two_epochs)
{
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_str_eq(bench_notes(&bench), "bER(T)R(T)R(T)eER(T)R(T)R(T)e");
    ck_assert(!log_has(bench.log, 6, "training_finished"));
    ck_assert(!log_counters(bench.log)->received_first_batch);
    ck_assert_int_eq(bench.loop.examples_done, 60);
}
END_TEST

START_TEST(a_finish_skips_the_end_of_the_epoch)
{
    bench.finish_after = 3;
    ck_assert_int_eq(run(), TRAINING_FINISHED);
    ck_assert_str_eq(bench_notes(&bench), "bER(T)R(T)R(T)f");
    ck_assert(log_current_truthy(bench.log, "training_finished"));
    ck_assert(log_counters(bench.log)->epoch_started);
    ck_assert_int_eq(log_counters(bench.log)->epochs_done, 0);
    /* Running on: the epoch ends in the same row, which still asks for a finish. */
    ck_assert_int_eq(run(), TRAINING_FINISHED);
    ck_assert_str_eq(bench_notes(&bench), "ref");
}
END_TEST

START_TEST(a_resumption_goes_on_in_the_epoch)
{
    bench.finish_after = 2;
    ck_assert_int_eq(run(), TRAINING_FINISHED);
    bench_notes(&bench);
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_str_eq(bench_notes(&bench), "rR(T)eER(T)R(T)R(T)e");
}
END_TEST

START_TEST(a_new_loop_around_an_old_log_starts_an_epoch)
{
    bench.finish_after = 2;
    ck_assert_int_eq(run(), TRAINING_FINISHED);
    bench_notes(&bench);
    bench_restart(&bench);
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_str_eq(bench_notes(&bench), "brER(T)R(T)R(T)e");
}
END_TEST

static const struct {
    char fail_at;
    const char *notes;
    bool started;
} errors[] = {
    { 'b', "bx", false },
    { 'E', "bEx", true },
    { 'R', "bERx", true },
    { '(', "bER(x", true },
    { 'T', "bER(Tx", true },
    { ')', "bER(T)x", true },
    { 'e', "bER(T)R(T)R(T)ex", true },
};

START_TEST(an_error_is_reported_once)
{
    bench.fail_at = errors[_i].fail_at;
    ck_assert_int_eq(run(), TRAINING_FAILED);
    ck_assert_str_eq(bench_notes(&bench), errors[_i].notes);
    ck_assert_str_eq(bench.err.message, "scripted");
    ck_assert(log_current_truthy(bench.log, "got_exception"));
    ck_assert_int_eq(log_counters(bench.log)->training_started, errors[_i].started);
}
END_TEST

/* The error of a step goes on with the next batch. */
START_TEST(a_failed_batch_is_not_repeated)
{
    bench.fail_at = 'T';
    ck_assert_int_eq(run(), TRAINING_FAILED);
    bench_notes(&bench);
    bench.fail_at = 0;
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_str_eq(bench_notes(&bench), "R(T)R(T)eER(T)R(T)R(T)e");
}
END_TEST

START_TEST(an_error_in_after_training_is_plain)
{
    bench.finish_after = 1;
    bench.fail_at = 'f';
    ck_assert_int_eq(run(), TRAINING_FAILED);
    ck_assert_str_eq(bench_notes(&bench), "bER(T)f");
    ck_assert(!log_has(bench.log, 1, "got_exception"));
}
END_TEST

START_TEST(an_error_while_reporting_becomes_a_hint)
{
    bench.fail_at = 'x';
    bench.sink_fails = true;
    ck_assert_int_eq(run(), TRAINING_FAILED);
    ck_assert_str_eq(bench.err.message, "the sink is closed");
    ck_assert_ptr_nonnull(strstr(bench.err.hint, "scripted"));
}
END_TEST

START_TEST(a_closed_sink_ends_the_training)
{
    bench.sink_fails = true;
    ck_assert_int_eq(run(), TRAINING_FAILED);
    ck_assert_str_eq(bench_notes(&bench), "bER(T)R(T)R(T)ex");
    ck_assert_int_eq(bench.err.code, ERROR_UNAVAILABLE);
}
END_TEST

START_TEST(no_clock_is_read_unless_somebody_needs_it)
{
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_uint_eq(bench.clock_reads, 0);
}
END_TEST

/* Every reading is one second later: each section lasts as many seconds as there are readings inside, and
 * one. */
START_TEST(timers_add_up)
{
    bench.extension.needs_profile = true;
    ck_assert_int_eq(run(), TRAINING_NO_MORE_EPOCHS);
    ck_assert_double_eq(bench.loop.profile.total_s[PROFILE_TRAIN], 6);
    ck_assert_double_eq(bench.loop.profile.total_s[PROFILE_READ_DATA], 8); /* and twice the end of an epoch */
    ck_assert_double_eq(bench.loop.profile.total_s[PROFILE_INITIALIZATION], 1);
    ck_assert_double_eq(bench.loop.profile.total_s[PROFILE_EPOCH], 2 + 2 * 14);
}
END_TEST

START_TEST(an_epoch_without_batches_is_an_error)
{
    bench.position = 3;
    log_counters_edit(bench.log)->epoch_started = true;
    ck_assert_int_eq(run(), TRAINING_FAILED);
    ck_assert_str_eq(bench.err.message, "the epoch has no batches");
}
END_TEST

Suite *main_loop_suite(void)
{
    Suite *suite = suite_create("main_loop");
    TCase *tcase = tcase_create("main_loop");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, two_epochs);
    tcase_add_test(tcase, a_finish_skips_the_end_of_the_epoch);
    tcase_add_test(tcase, a_resumption_goes_on_in_the_epoch);
    tcase_add_test(tcase, a_new_loop_around_an_old_log_starts_an_epoch);
    tcase_add_loop_test(tcase, an_error_is_reported_once, 0, COUNT(errors));
    tcase_add_test(tcase, a_failed_batch_is_not_repeated);
    tcase_add_test(tcase, an_error_in_after_training_is_plain);
    tcase_add_test(tcase, an_error_while_reporting_becomes_a_hint);
    tcase_add_test(tcase, a_closed_sink_ends_the_training);
    tcase_add_test(tcase, no_clock_is_read_unless_somebody_needs_it);
    tcase_add_test(tcase, timers_add_up);
    tcase_add_test(tcase, an_epoch_without_batches_is_an_error);
    suite_add_tcase(suite, tcase);
    return suite;
}
