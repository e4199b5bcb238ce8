/* tests/training/test_stop.c -- requests from outside, at every possible moment. */
#include <stdio.h>
#include <string.h>

#include "tests/training/bench.h"
#include "tests/training/suites.h"

/* Two epochs of three batches, one note after the other. */
static const char whole[] = "bER(T)R(T)R(T)eER(T)R(T)R(T)e";
enum { NOTES = sizeof whole - 1 };

static struct bench bench;

static void set_up(void)
{
    bench_open(&bench);
}

static void tear_down(void)
{
    bench_close(&bench);
}

/* Whatever a suspension interrupts, both parts together are the whole. */
START_TEST(a_suspension_leaves_no_trace)
{
    enum training_outcome outcome;
    char notes[128];
    size_t first;

    bench.stop_at = (size_t)_i;
    bench.stop = STOP_SUSPEND;
    outcome = main_loop_run(&bench.loop, &bench.err);
    snprintf(notes, sizeof notes, "%s", bench_notes(&bench));
    first = strlen(notes);
    if (first < NOTES)
        ck_assert_int_eq(outcome, TRAINING_SUSPENDED);
    atomic_store(&bench.control.stop, STOP_NONE);
    if (outcome == TRAINING_SUSPENDED)
        ck_assert_int_eq(main_loop_continue(&bench.loop, &bench.err), TRAINING_NO_MORE_EPOCHS);
    snprintf(notes + first, sizeof notes - first, "%s", bench_notes(&bench));
    ck_assert_str_eq(notes, whole);
    ck_assert_uint_eq(log_row_count(bench.log), 2); /* those of after_epoch, and none about the stop */
}
END_TEST

/* Which note may still follow: nothing. */
START_TEST(a_cancellation_ends_everything)
{
    bench.stop_at = (size_t)_i;
    bench.stop = STOP_CANCEL;
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_CANCELLED);
    ck_assert_uint_eq(strlen(bench_notes(&bench)), (size_t)_i);
    ck_assert(!log_has(bench.log, log_counters(bench.log)->iterations_done, "training_finished"));
}
END_TEST

/* A request is recorded in the row that is current when it comes, and takes effect at the next boundary. */
static const struct {
    size_t stop_at;
    int64_t row; /* with the record */
    const char *of_batch, *of_epoch;
} interrupts[] = {
    { 1, 0, "bER(T)if", "bER(T)R(T)R(T)eif" },
    { 3, 0, "bER(T)if", "bER(T)R(T)R(T)eif" },
    { 5, 0, "bER(T)if", "bER(T)R(T)R(T)eif" }, /* while batch 1 is processed */
    { 6, 1, "bER(T)if", "bER(T)R(T)R(T)eif" },
    { 9, 1, "bER(T)R(T)if", "bER(T)R(T)R(T)eif" },
    { 14, 3, "bER(T)R(T)R(T)if", "bER(T)R(T)R(T)eif" },
    { 15, 3, "bER(T)R(T)R(T)eif", "bER(T)R(T)R(T)eif" }, /* in after_epoch */
    { 16, 3, "bER(T)R(T)R(T)eER(T)if", "bER(T)R(T)R(T)eER(T)R(T)R(T)eif" },
};

START_TEST(an_interrupt_is_recorded_and_takes_effect)
{
    bool of_batch = _i & 1;

    bench.stop_at = interrupts[_i / 2].stop_at;
    bench.stop = of_batch ? STOP_BATCH : STOP_EPOCH;
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_INTERRUPTED);
    ck_assert_str_eq(bench_notes(&bench),
                     of_batch ? interrupts[_i / 2].of_batch : interrupts[_i / 2].of_epoch);
    ck_assert(log_has(bench.log, interrupts[_i / 2].row,
                      of_batch ? "batch_interrupt_received" : "epoch_interrupt_received"));
    ck_assert_int_eq(log_counters(bench.log)->batch_interrupt_received, of_batch);
    ck_assert(log_current_truthy(bench.log, "training_finished"));
}
END_TEST

START_TEST(a_finish_goes_before_an_interrupt)
{
    bench.stop_at = 5;
    bench.stop = STOP_BATCH;
    bench.finish_after = 1;
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_FINISHED);
    ck_assert_str_eq(bench_notes(&bench), "bER(T)f");
}
END_TEST

static void interrupt_once(void)
{
    bench.stop_at = 5;
    bench.stop = STOP_BATCH;
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_INTERRUPTED);
    atomic_store(&bench.control.stop, STOP_NONE);
    bench_notes(&bench);
    bench.taken = 0;
    bench.stop_at = 0;
}

START_TEST(a_resumption_forgets_the_interrupt)
{
    interrupt_once();
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_NO_MORE_EPOCHS);
    ck_assert_str_eq(bench_notes(&bench), "rR(T)R(T)eER(T)R(T)R(T)e");
    ck_assert(!log_counters(bench.log)->batch_interrupt_received);
}
END_TEST

/* As in Blocks: flags are cleared behind on_resumption. */
START_TEST(an_interrupt_during_the_resumption_is_lost)
{
    interrupt_once();
    bench.stop_at = 1;
    bench.stop = STOP_BATCH;
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_NO_MORE_EPOCHS);
    ck_assert(log_has(bench.log, 1, "batch_interrupt_received"));
}
END_TEST

/* A request that was there before the run began waits for the resumption. */
START_TEST(an_interrupt_before_the_resumption_is_kept)
{
    interrupt_once();
    control_stop(&bench.control, STOP_EPOCH);
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_INTERRUPTED);
    ck_assert_str_eq(bench_notes(&bench), "rR(T)R(T)eif");
}
END_TEST

START_TEST(an_automatic_checkpoint_is_made_at_the_boundary)
{
    atomic_store(&bench.control.autosave, true);
    ck_assert_int_eq(main_loop_run(&bench.loop, &bench.err), TRAINING_NO_MORE_EPOCHS);
    ck_assert_uint_eq(bench.autosaves, 1);
    ck_assert_str_eq(bench_notes(&bench), whole);
}
END_TEST

Suite *stop_suite(void)
{
    Suite *suite = suite_create("stop");
    TCase *tcase = tcase_create("stop");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_suspension_leaves_no_trace, 1, NOTES + 1);
    tcase_add_loop_test(tcase, a_cancellation_ends_everything, 1, NOTES + 1);
    tcase_add_loop_test(tcase, an_interrupt_is_recorded_and_takes_effect, 0, 2 * (int)COUNT(interrupts));
    tcase_add_test(tcase, a_finish_goes_before_an_interrupt);
    tcase_add_test(tcase, a_resumption_forgets_the_interrupt);
    tcase_add_test(tcase, an_interrupt_during_the_resumption_is_lost);
    tcase_add_test(tcase, an_interrupt_before_the_resumption_is_kept);
    tcase_add_test(tcase, an_automatic_checkpoint_is_made_at_the_boundary);
    suite_add_tcase(suite, tcase);
    return suite;
}
