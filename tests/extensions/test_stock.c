/* tests/extensions/test_stock.c -- stock extensions in whole jobs, where they differ from Blocks or need the
 * engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* A record that gets better, worse, and better again, one value per epoch. */
#define VALUES                                                                                               \
    "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self, callback) local v = "   \
    "{3, 4, 2} "                                                                                             \
    "local log = self.main_loop.log log.current_row.v = v[log.status.epochs_done] end\"}"

/* Tracking runs after epochs, and so does the checkpoint of the best. */
START_TEST(early_stopping_saves_the_best_of_epochs)
{
    static const char *const checkpoints[] = {
        "\"checkpoint\"}, {\"type\": \"Checkpoint\", \"name\": \"checkpoint\", \"path\": \"last.tar\"}",
        "{\"type\": \"Checkpoint\", \"path\": \"last.tar\"}}",
    };
    char extensions[1024];
    struct outcome outcome;

    snprintf(extensions, sizeof extensions,
             VALUES ", {\"type\": \"EarlyStopping\", \"record_name\": \"v\", \"epochs\": 5, "
                    "\"checkpoint_filename\": \"best.tar\", \"checkpoint_extension\": %s",
             checkpoints[_i]);
    bench_run(&outcome, extensions);
    ck_finished(&outcome);
    ck_record(&outcome, 4, "saved_to", "[\"best.tar\"]");
    ck_record(&outcome, 12, "saved_to", "[\"best.tar\",\"last.tar\"]");
    ck_assert_ptr_null(strstr(text_bytes(&outcome.rows), "8 saved_to"));
    bench_fini(&outcome);
}
END_TEST

/* Counted in iterations, patience jumps over 0. */
START_TEST(patience_below_zero_stops)
{
    struct outcome outcome;

    bench_run(&outcome, VALUES ", {\"type\": \"TrackTheBest\", \"record_name\": \"v\"}, {\"type\": "
                               "\"FinishIfNoImprovementAfter\", \"notification_name\": \"v_best_so_far\", "
                               "\"iterations\": 3}");
    ck_finished(&outcome);
    ck_record(&outcome, 8, "v_best_so_far_patience_iterations", "-1");
    ck_record(&outcome, 8, "training_finished", "true");
    bench_fini(&outcome);
}
END_TEST

/* A NaN is the best of nothing, and nothing is worse. */
START_TEST(a_first_nan_is_replaced)
{
    struct outcome outcome;

    bench_run(
        &outcome,
        "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) local v = {0/0, 5, "
        "6} local log = self.main_loop.log log.current_row.v = v[log.status.epochs_done] end\"}, "
        "{\"type\": \"TrackTheBest\", \"record_name\": \"v\", \"choose_best\": \"max\"}");
    ck_record(&outcome, 4, "v_best_so_far", "true");
    ck_record(&outcome, 8, "v_best_so_far", "true");
    ck_record(&outcome, 12, "v_best_so_far", "true");
    bench_fini(&outcome);
}
END_TEST

/* As in Python: texts are compared with texts, and with nothing else. */
static const struct {
    const char *values;
    enum run_outcome outcome;
    bool second_is_best;
} orders[] = { { "{'b', 'a', 'c'}", RUN_FINISHED, true },
               { "{'a', 'b', 'c'}", RUN_FINISHED, false },
               { "{'a', 1, 2}", RUN_FAILED, false },
               { "{true, 0.5, 2}", RUN_FINISHED, true } };

START_TEST(what_has_an_order_has_a_best)
{
    char extensions[512], found[256];
    struct outcome outcome;

    snprintf(extensions, sizeof extensions,
             "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) local v = %s "
             "local log = "
             "self.main_loop.log log.current_row.v = v[log.status.epochs_done] end\"}, {\"type\": "
             "\"TrackTheBest\", "
             "\"record_name\": \"v\"}",
             orders[_i].values);
    bench_run(&outcome, extensions);
    ck_assert_int_eq(outcome.outcome, orders[_i].outcome);
    ck_assert_int_eq(bench_record(&outcome, 8, "v_best_so_far", found) != NULL, orders[_i].second_is_best);
    bench_fini(&outcome);
}
END_TEST

START_TEST(an_error_is_saved_to_the_own_path)
{
    struct outcome outcome;

    bench_run(&outcome,
              "{\"type\": \"Checkpoint\", \"path\": \"broken.tar\", \"on_error\": true}, {\"type\": "
              "\"Timestamp\", \"log_record\": \"told\"}, {\"type\": \"SimpleExtension\", "
              "\"after_n_batches\": 2, \"do\": \"function(self) error('no') end\"}");
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_record(&outcome, 2, "saved_to", "[\"broken.tar\"]");
    ck_assert_ptr_nonnull(strstr(text_bytes(&outcome.rows), "2 told"));
    bench_fini(&outcome);
}
END_TEST

/* A log from the middle of an epoch, without the position in it. */
START_TEST(a_loaded_log_starts_a_fresh_epoch)
{
    struct outcome outcome;

    bench_run(&outcome,
              "{\"type\": \"Checkpoint\", \"path\": \"middle.tar\", \"after_n_batches\": 6}, {\"type\": "
              "\"Load\", \"path\": \"middle.tar\", \"before_training\": false, \"load_log\": true, "
              "\"conditions\": [{\"callbacks\": [\"before_epoch\"], \"predicate\": {\"condition\": "
              "\"after_n_batches\", \"num\": 8}}]}");
    ck_finished(&outcome);
    ck_record(&outcome, 6, "loaded_from", "\"middle.tar\"");
    ck_record(&outcome, 14, "training_finished", "true");
    bench_fini(&outcome);
}
END_TEST

START_TEST(a_missing_checkpoint_is_an_error_unless_it_may_be)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"Load\", \"path\": \"nothing.tar\"}");
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_str_eq(outcome.err.pointer, "/extensions/0");
    bench_fini(&outcome);
    bench_run(&outcome, "{\"type\": \"Load\", \"path\": \"nothing.tar\", \"missing_ok\": true}");
    ck_finished(&outcome);
    bench_fini(&outcome);
}
END_TEST

/* Half-done aggregates, patience and the books of Timing are part of a suspension. */
START_TEST(a_suspension_changes_no_record)
{
    static const char extensions[] = VALUES
        ", {\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\", {\"name\": \"worst\", "
        "\"variable\": \"cost\", \"aggregation\": \"maximum\"}, {\"name\": \"all\", \"variable\": \"cost\", "
        "\"aggregation\": \"concatenate\"}], \"every_n_batches\": 3}, {\"type\": \"EarlyStopping\", "
        "\"record_name\": \"v\", \"epochs\": 9}";
    struct outcome whole, parts;

    bench_run(&whole, extensions);
    bench_run_in_two(&parts, extensions, _i);
    ck_finished(&whole);
    ck_same_rows(&whole, &parts);
    bench_fini(&whole);
    bench_fini(&parts);
}
END_TEST

/* What _parameters leaves out is kept for the continuation: the same records as from a whole checkpoint. */
START_TEST(part_of_the_parameters_continues_like_all_of_them)
{
    static const char *const parts[] = { "[\"/mlp/linear_0.W\"]", "[\"/mlp/linear_0.b\"]", "[]" };
    char extensions[2][512];
    struct outcome first[2], second[2];

    for (int i = 0; i < 2; i++) {
        snprintf(extensions[i], sizeof extensions[i],
                 "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}, "
                 "{\"type\": \"Checkpoint\", \"path\": \"six.tar\", \"after_training\": false, "
                 "\"after_n_batches\": 6, \"parameters\": %s}",
                 i ? parts[_i] : "null");
        bench_run(&first[i], extensions[i]);
        bench_resume(&second[i], &first[i], extensions[i], "six.tar");
        ck_finished(&second[i]);
    }
    ck_same_rows(&second[0], &second[1]);
    for (int i = 0; i < 2; i++) {
        bench_fini(&second[i]);
        bench_fini(&first[i]);
    }
}
END_TEST

/* Loaded leniently, the parameters that the archive does not offer keep their values. */
START_TEST(part_of_the_parameters_is_loaded_when_that_is_asked_for)
{
    static const char extensions[] =
        "{\"type\": \"Checkpoint\", \"path\": \"w.tar\", \"before_training\": true, \"after_training\": "
        "false, "
        "\"parameters\": [\"/mlp/linear_0.W\"]}, {\"type\": \"Load\", \"path\": \"w.tar\", \"strict\": %s}";
    char text[512];
    struct outcome outcome;

    snprintf(text, sizeof text, extensions, "true");
    bench_run(&outcome, text);
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_msg(strstr(outcome.err.message, "the checkpoint has no /mlp/linear_0.b"), "%s",
                  outcome.err.message);
    bench_fini(&outcome);
    snprintf(text, sizeof text, extensions, "false");
    bench_run(&outcome, text);
    ck_finished(&outcome);
    ck_record(&outcome, 0, "loaded_from", "\"w.tar\"");
    bench_fini(&outcome);
}
END_TEST

START_TEST(a_modifier_may_set_any_number)
{
    static const struct {
        const char *function, *record;
    } cases[] = { { "function(n) return n / 0 end", "\"Infinity\"" },
                  { "function(n, old) return -n / 0 end", "\"-Infinity\"" },
                  { "function(n) return 0 / 0 end", "\"NaN\"" } };
    char extensions[512];
    struct outcome outcome;

    snprintf(
        extensions, sizeof extensions,
        "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"function\": \"%s\"}, "
        "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": [{\"name\": "
        "\"counter\", \"variable\": \"shared.counter\"}]}",
        cases[_i].function);
    bench_run(&outcome, extensions);
    ck_finished(&outcome);
    ck_record(&outcome, 4, "counter", cases[_i].record);
    bench_fini(&outcome);
}
END_TEST

/* While training, the value is that of the batch; on a stream, that of the moment. */
START_TEST(a_hyper_parameter_is_monitored_under_its_own_name)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"SharedVariableModifier\", \"parameter\": "
                        "\"algorithm.step_rule.learning_rate\", \"function\": "
                        "\"function(n, old) return old / 2 end\"}, "
                        "{\"type\": \"TrainingDataMonitoring\", \"after_batch\": true, \"prefix\": \"t\", "
                        "\"variables\": [\"algorithm.step_rule.learning_rate\"]}, "
                        "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"prefix\": \"v\", "
                        "\"variables\": [\"algorithm.step_rule.learning_rate\"]}");
    ck_finished(&outcome);
    ck_record(&outcome, 0, "v_learning_rate", "0.25");
    ck_record(&outcome, 1, "t_learning_rate", "0.25");
    ck_record(&outcome, 2, "t_learning_rate", "0.125");
    ck_record(&outcome, 4, "v_learning_rate", "0.015625");
    bench_fini(&outcome);
}
END_TEST

START_TEST(a_parameter_to_train_that_is_not_there_is_named)
{
    char *document = bench_definition("{\"type\": \"Timing\"}");
    char *place = strstr(document, "\"step_rule\": {");
    struct text text = { 0 };
    struct error_list errors = { 0 };

    text_format(&text, "%.*s\"parameters\": [\"/mlp/linear_0.w\"], %s", (int)(place - document), document,
                place);
    ck_assert_ptr_null(definition_read(text_bytes(&text), text.length, NULL, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, "/algorithm/parameters/0");
    ck_assert_ptr_nonnull(strstr(errors.items[0].hint, "\"/mlp/linear_0.W\""));
    error_list_fini(&errors);
    text_fini(&text);
    free(document);
}
END_TEST

/* Three batches of four examples: the numerator is the same for each of them. */
START_TEST(a_mean_depends_on_the_data_of_its_denominator)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": "
                        "[{\"name\": \"m\", \"variable\": \"shared.counter + 6\", \"aggregation\": \"mean\", "
                        "\"denominator\": \"sum(features * 0 + 1)\"}]}");
    ck_finished(&outcome);
    ck_record(&outcome, 0, "m", "0.5");
    bench_fini(&outcome);
}
END_TEST

START_TEST(the_bar_of_a_transformed_stream_has_no_length)
{
    static const char scheme[] = "\"batch_size\": 5}",
                      transformers[] = ", \"transformers\": [{\"type\": \"ScaleAndShift\", "
                                       "\"which_sources\": [\"features\"], \"scale\": 0.5, \"shift\": 0}]";
    char *plain = bench_definition("{\"type\": \"ProgressBar\"}");
    size_t behind = (size_t)(strstr(plain, scheme) - plain) + strlen(scheme);
    struct text transformed = { 0 };
    struct outcome outcome;

    text_format(&transformed, "%.*s%s%s", (int)behind, plain, transformers, plain + behind);
    bench_train(&outcome, plain);
    ck_assert_msg(strstr(outcome.bar, "( 25%)") != NULL, "%s", outcome.bar);
    bench_fini(&outcome);
    bench_train(&outcome, text_bytes(&transformed));
    ck_assert_msg(strstr(outcome.bar, "Epoch 2, step 1 ") && !strchr(outcome.bar, '%'), "%s", outcome.bar);
    bench_fini(&outcome);
    text_fini(&transformed);
    free(plain);
}
END_TEST

Suite *stock_suite(void)
{
    Suite *suite = suite_create("stock");
    TCase *tcase = tcase_create("stock");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, early_stopping_saves_the_best_of_epochs, 0, 2);
    tcase_add_test(tcase, patience_below_zero_stops);
    tcase_add_test(tcase, a_first_nan_is_replaced);
    tcase_add_loop_test(tcase, what_has_an_order_has_a_best, 0, COUNT(orders));
    tcase_add_test(tcase, an_error_is_saved_to_the_own_path);
    tcase_add_test(tcase, a_loaded_log_starts_a_fresh_epoch);
    tcase_add_test(tcase, a_missing_checkpoint_is_an_error_unless_it_may_be);
    tcase_add_loop_test(tcase, a_suspension_changes_no_record, 1, 12);
    tcase_add_loop_test(tcase, part_of_the_parameters_continues_like_all_of_them, 0, 3);
    tcase_add_test(tcase, part_of_the_parameters_is_loaded_when_that_is_asked_for);
    tcase_add_loop_test(tcase, a_modifier_may_set_any_number, 0, 3);
    tcase_add_test(tcase, a_mean_depends_on_the_data_of_its_denominator);
    tcase_add_test(tcase, a_hyper_parameter_is_monitored_under_its_own_name);
    tcase_add_test(tcase, a_parameter_to_train_that_is_not_there_is_named);
    tcase_add_test(tcase, the_bar_of_a_transformed_stream_has_no_length);
    suite_add_tcase(suite, tcase);
    return suite;
}
